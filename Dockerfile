FROM python:3.11.13-slim-bookworm

# What a report is drawn with: Pango for WeasyPrint. The faces it is set in come with the code (reporting/fonts).
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin app

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .

# Static files are named by their content, so they are gathered once, here. The key is for this line only.
RUN mkdir var /files /heads && chown app var /files /heads
USER app
RUN SECRET_KEY=for-gathering-static-files-only-never-in-a-running-process python manage.py collectstatic --noinput

EXPOSE 8000
CMD ["gunicorn", "qualitycounts.wsgi:application", "--bind", "0.0.0.0:8000", \
     "--worker-class", "gthread", "--workers", "2", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--max-requests", "20000", "--max-requests-jitter", "2000"]
