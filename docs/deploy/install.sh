#!/bin/bash
# Quality Counts on one Debian 12 machine without Docker: PostgreSQL, Redis, nginx and systemd. As root, in an unpacked
# copy of the version:
#
#   SITE=quality.council.example EMAIL_URL=smtp://mail.council.example:25 DEFAULT_FROM_EMAIL=quality@council.example \
#     COUNCIL_NAME='Example Council' bash docs/deploy/install.sh
#
# Run again in a copy of a later version it is the upgrade, and needs no settings: the database is migrated while the old
# version serves, then each process is started anew; who asks for a page meanwhile waits and is answered. What is there
# already (settings, database, certificate) stays as it is. The last five versions stay in /opt/quality-counts/versions.
set -euo pipefail
from=$(readlink -f "$(dirname "$0")/../..")
home=/opt/quality-counts
settings=/etc/quality-counts
state=/var/lib/quality-counts
version="$home/versions/$(date -u +%Y-%m-%dT%H%M%SZ)"
say() { echo "$(date +%T) $*"; }
refuse() { echo "$1" >&2; exit 1; }

test "$(id -u)" = 0 || refuse "Run it as root."
test -d /run/systemd/system || refuse "systemd does not run here. The compose file says how to start each process otherwise."
if ! test -f "$settings/environment"; then
  for name in SITE EMAIL_URL DEFAULT_FROM_EMAIL COUNCIL_NAME; do
    test -n "${!name:-}" || refuse "$name is not set: see the first lines of $0."
  done
fi

cd /
say "Programs"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends python3-venv postgresql redis-server nginx openssl curl \
  libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 >/dev/null
id quality >/dev/null 2>&1 || useradd --system --home-dir "$home" --shell /usr/sbin/nologin quality

say "The code, with what it runs on, in $version"
mkdir -p "$version"
tar --create --directory="$from" --exclude=./.git --exclude=./.venv --exclude=./var --exclude=./.env . | tar --extract --directory="$version"
chown -R root:root "$version"
python3 -m venv "$version/.venv"
"$version/.venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$version/requirements.txt"

if ! test -f "$settings/environment"; then
  say "Settings in $settings"
  owner=$(openssl rand -hex 16) app=$(openssl rand -hex 16)
  (
    umask 077
    mkdir -p "$settings"
    cat >"$settings/owner" <<END
DATABASE_URL=postgres://quality_owner:$owner@127.0.0.1:5432/quality
END
    cat >"$settings/backup" <<END
PGHOST=127.0.0.1
PGPORT=5432
PGDATABASE=quality
PGUSER=quality_app
PGPASSWORD=$app
BACKUPS=$state/backups
BACKUP_DAYS=14
END
    cat >"$settings/environment.new" <<END
SECRET_KEY=$(openssl rand -hex 40)
ALLOWED_HOSTS=$SITE
SITE_ADDRESS=https://$SITE
DATABASE_URL=postgres://quality_app:$app@127.0.0.1:5432/quality
REDIS_URL=redis://127.0.0.1:6379/0
EMAIL_URL=$EMAIL_URL
DEFAULT_FROM_EMAIL=$DEFAULT_FROM_EMAIL
COUNCIL_NAME="$COUNCIL_NAME"
TRUSTED_PROXIES=2
VAR_DIR=$state/var
FILES_DIR=$state/files
END
  )
  say "The database, with an owner for its tables and a role that reads and writes rows alone"
  # The statements of roles.sql, with the passwords in the environment of psql alone.
  runuser -u postgres -- createdb quality
  OWNER_PASSWORD=$owner APP_PASSWORD=$app runuser -u postgres --preserve-environment -- \
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --dbname quality <"$from/docs/deploy/roles.sql"
  mv "$settings/environment.new" "$settings/environment"
fi

# As the processes themselves run: the same user, the same settings, the same folders. With the owner's database or not.
run() {
  files=(--property=EnvironmentFile="$settings/environment")
  test "$1" != as_owner || { files+=(--property=EnvironmentFile="$settings/owner"); shift; }
  systemd-run --quiet --pipe --wait --collect --uid=quality --gid=quality --working-directory="$version" "${files[@]}" \
    --property=StateDirectory=quality-counts "$version/.venv/bin/python" manage.py "$@"
}
say "The database and the static files at their newest"
run as_owner migrate --noinput -v0
run as_owner load_standards fixtures/standards_v7.json
run collectstatic --noinput -v0

say "Processes"
cp -r "$from"/docs/deploy/systemd/. /etc/systemd/system/
cat >/usr/local/bin/quality-counts <<END
#!/bin/sh
# manage.py of what runs here, as its user and with its settings: quality-counts verify_trail
exec systemd-run --quiet --pipe --wait --collect --uid=quality --gid=quality --working-directory=$home/current \\
  --property=EnvironmentFile=$settings/environment $home/current/.venv/bin/python manage.py "\$@"
END
chmod 755 /usr/local/bin/quality-counts
ln -sfn "$version" "$home/next" && mv -T "$home/next" "$home/current"
systemctl daemon-reload
systemctl enable --quiet quality-counts.target quality-counts-web.socket quality-counts-backup.timer
systemctl start quality-counts-web.socket
for process in web stream beat worker; do
  systemctl restart "quality-counts-$process"
done
systemctl start quality-counts.target

if ! test -f /etc/nginx/sites-available/quality-counts; then
  say "The front, and TLS before it"
  if ! test -f /etc/ssl/quality/fullchain.pem; then
    mkdir -p /etc/ssl/quality
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$SITE" -addext "subjectAltName=DNS:$SITE" \
      -keyout /etc/ssl/quality/privkey.pem -out /etc/ssl/quality/fullchain.pem 2>/dev/null
    chmod 600 /etc/ssl/quality/privkey.pem
    say "No certificate was in /etc/ssl/quality: one of its own making is there for 30 days. Put the council's in its place."
  fi
  sed -e "s/quality\.council\.example/$SITE/" "$from/docs/deploy/tls.conf" >/etc/nginx/sites-available/quality-counts-tls
  sed -e 's/listen 8080;/listen 127.0.0.1:8080;/' -e 's/web:8000/127.0.0.1:8000/' -e 's/stream:8000/127.0.0.1:8001/' \
    "$from/docs/deploy/front.conf" >/etc/nginx/sites-available/quality-counts
  ln -sf ../sites-available/quality-counts ../sites-available/quality-counts-tls /etc/nginx/sites-enabled/
  rm -f /etc/nginx/sites-enabled/default
  nginx -t -q
  systemctl reload-or-restart nginx
fi

find "$home/versions" -mindepth 1 -maxdepth 1 | sort | head -n -5 | xargs --no-run-if-empty rm -rf
say "Waiting for worker and schedule"
site=$(sed -n 's/^ALLOWED_HOSTS=\([^,]*\).*/\1/p' "$settings/environment")
ask() { curl --silent --max-time 10 --header "Host: $site" --header "X-Forwarded-Proto: https" http://127.0.0.1:8080/health/ready; }
for _ in $(seq 60); do
  if ask | grep -q '"ready": true'; then
    say "All is well. The first administrator: quality-counts make_administrator EMAIL"
    exit 0
  fi
  sleep 2
done
ask >&2
exit 1
