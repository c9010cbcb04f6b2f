"""What can be set at the front door."""

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from callcenter.access.provider.settings import ProviderSettings
from callcenter.http.limits import Rate
from callcenter.settings import Address, DemoSettings


class IntakeSettings(DemoSettings, ProviderSettings):
    """Limits of the API, and how patiently intake watches over what it accepted. Times in seconds."""

    # Compose passes on a variable that is not set as an empty one.
    model_config = SettingsConfigDict(env_ignore_empty=True)

    rabbitmq_console_url: Address | None = None
    """Where people find the RabbitMQ management console; shown as a link."""

    ticketing_url: Address | None = Field(None, pattern=r"^https?://")
    policy_url: Address | None = Field(None, pattern=r"^https?://")
    """Where these desks listen: what begins with /v1/tickets, /v1/webhooks, /v1/privacy, and in a demo /v1/policy, is
    passed on."""

    forward_timeout: float = Field(10, gt=0)
    """How long they may take to answer."""

    max_body_bytes: int = Field(64 * 1024, gt=0)
    requests_per_minute: int = Field(600, ge=0)
    """Of one client to all addresses below /v1: a console that follows ten talks asks for less. 0: no limit."""

    contacts_per_minute: int = Field(60, ge=0)
    """That one client may open: an office of fifty at most shares an address. 0: no limit."""

    messages_per_minute: int = Field(30, ge=0)
    """In one conversation: nobody types faster for a minute. 0: no limit."""

    streams_per_client: int = Field(50, ge=0)
    """Event streams that one client may follow at once, in one process. 0: no limit."""

    max_wait: float = Field(30, ge=0)
    """Longest `Prefer: wait`."""

    accept_timeout: float = Field(1.5, gt=0)
    """How long the store may take over a request, and the broker again, before the client is told."""

    sweep_every: float = Field(1, gt=0)
    republish_after: float = Field(3, gt=0)
    """An accepted request that is still not known to be with the broker is published again."""

    nudge_after: float = Field(300, gt=0)
    """The newest event of an interaction without progress is published again: longer than the retry ladder."""

    turn_gap: float = Field(0.7, ge=0)
    """Messages of a live conversation that follow each other faster than this are one turn: the agent answers once."""

    silence_after: float = Field(300, gt=0)
    """A live conversation whose customer has said nothing for so long is closed."""

    handoff_patience: float = Field(180, ge=0)
    """How long the customer of a live conversation waits for a person of a team that is on duty, in opening hours; then
    a ticket is opened, as it is at once where nobody is on duty. 0: nobody waits."""

    handoff_silence: float = Field(1800, gt=0)
    """A contact that a person has, and in which neither says anything for so long, is ended with a ticket."""

    duty_lasts: float = Field(60, gt=0)
    """A person is on duty for so long after they said so."""

    mail_listen: str | None = Field(None, pattern=r"^(\[[0-9a-f:]+\]|[\w.-]+):\d{1,5}$")
    """Where mails are delivered to, by SMTP or LMTP, like 127.0.0.1:2525; without it, none is taken."""

    mail_server: Address | None = Field(None, pattern=r"^smtps?://[^/]", repr=False, validate_default=True)
    """Who takes our mails: smtp://user:password@host:port, or smtps://; needed where mails are taken."""

    mail_max_bytes: int = Field(10 * 1024 * 1024, gt=0)
    """Of a mail, with what is attached to it."""

    mail_answers_per_hour: int = Field(20, ge=1)
    """Of the assistant to one address: programs that answer each other end there. What people answer is not counted."""

    mail_silence: float = Field(3 * 24 * 3600, gt=0)
    """How long who was asked something by mail has to answer, before the contact is closed."""

    mail_timeout: float = Field(20, gt=0)
    """How long the mail server may take over a step."""

    mail_retries: tuple[float, ...] = (5, 30, 120, 600, 1800, 7200, 18000, 36000)
    """Before the second, third, ... attempt; after the last a mail has failed."""

    mail_check_every: float = Field(0.5, gt=0)
    """Between two looks for mails that have to go out."""

    give_up_after: float = Field(1800, gt=0)
    """An interaction of this age that still made no progress has failed."""

    @field_validator("mail_server")
    @classmethod
    def _can_answer(cls, server: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("mail_listen") and server is None:
            raise ValueError("mails are taken (MAIL_LISTEN), and have to be answered; write smtp://host:port")
        return server

    @property
    def rates(self) -> tuple[Rate, ...]:
        """How often a client may ask for what."""
        most = self.unless_demo
        return (
            Rate("requests", most("requests_per_minute"), 60, ".*", "/v1/.*"),
            Rate("contacts", most("contacts_per_minute"), 60, "POST", "/v1/interactions"),
            Rate("messages", most("messages_per_minute"), 60, "POST", "/v1/interactions/([^/]+)/messages"),
        )

    @property
    def desks(self) -> dict[str, str | None]:
        """Who answers which addresses at the front door; the rules are asked there in a demo alone."""
        ticketing, policy = (url and url.rstrip("/") for url in (self.ticketing_url, self.policy_url))
        here = {"/v1/tickets": ticketing, "/v1/webhooks": ticketing, "/v1/privacy": policy}
        return here | {"/v1/policy": policy} if self.demo else here
