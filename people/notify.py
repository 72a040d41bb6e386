"""GOV.UK Notify as a way to send mail, in place of SMTP: EMAIL_URL=notify://API-KEY@api.notifications.service.gov.uk/TEMPLATE.

The template, made by the council in Notify, is one line each: the subject ((subject)) and the body ((body)). A notice
that is tried again carries the same reference, and is asked for first: what Notify took already is not sent twice.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient


class NotifyBackend(BaseEmailBackend):
    """Sends each message as one Notify e-mail to each address. A fault is an OSError, which the outbox tries again."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many went. Raises an OSError where Notify does not answer or does not take one."""
        notify = NotificationsAPIClient(
            settings.NOTIFY_KEY, base_url=settings.NOTIFY_ADDRESS, timeout=settings.EMAIL_TIMEOUT
        )
        try:
            for message in email_messages:
                send_by_notify(notify, message)
        except APIError as fault:
            raise OSError(f"GOV.UK Notify: {fault}") from fault
        return len(email_messages)


def send_by_notify(notify: NotificationsAPIClient, message: EmailMessage) -> None:
    """One message to all its addresses; what was taken before under its Message-ID is not sent again."""
    for address in message.to:
        reference = f"{message.extra_headers.get('Message-ID', '')} {address}".strip()
        if "X-Tried" in message.extra_headers and is_known_to_notify(notify, reference):
            continue
        notify.send_email_notification(
            email_address=address,
            template_id=settings.NOTIFY_TEMPLATE,
            personalisation={"subject": message.subject, "body": message.body},
            reference=reference,
        )


def is_known_to_notify(notify: NotificationsAPIClient, reference: str) -> bool:
    """Return whether Notify took a message with this reference already."""
    return bool(notify.get_all_notifications(reference=reference)["notifications"])
