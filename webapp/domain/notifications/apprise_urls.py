"""Which addresses Apprise may be given: of services somewhere else, and without a word of this machine's files.

A staff member's address must not become a way into this machine: Apprise also writes to its desktop and log, and reads
keys, templates and attachments from its disk.
"""

import re
from urllib.parse import parse_qsl, urlsplit

from webapp.domain.cameras.addresses.camera_hosts import may_be_a_camera
from webapp.errors import InputInvalid

MAX_APPRISE_URL = 2000
# Named one by one, so that a later version of Apprise adds nothing by itself; a test holds them against what it knows.
# Not among them: what stays on this machine (syslog and desktops), what reads its files (VAPID, Delta Chat), and MQTT,
# which is a kind of channel by itself.
APPRISE_SCHEMES = frozenset(
    """
    46elks acs amqp amqps apprise apprises aprs atalk awswhatsapp azure bale bark barks betterstack bluesky brevo
    bsky bulksms bulkvs burstsms chanify clickatell clicksend cliq cm d7sms dapnet dingtalk discord dot eight00com
    elks emby embys enigma2 enigma2s evolution evolutions exotel fcm feishu firehydrant flock flowtriq flowtriqs
    fluxer fluxers form forms freemobile gchat github goalert goalerts gorush gorushs gotify gotifys groundmail
    groupme guilded gupshup hassio hassios httpsms humhub humhubs ifttt ilert incidentio infobip instagram irc ircs
    jellyfin jellyfins jira join json jsons kakao kakaotalk kaleyra kavenegar klr kodi kodis kook kudosity kumulos
    lametric lametrics lark lauther lfg line mailersend mailgun mailto mailtos mastodon mastodons matrix matrixs
    misskey misskeys mmost mmosts mobilemessage mobilemsg msg91 msgbird ncloud nclouds nctalk nctalks nexmo nostr
    notica noticas notifiarr notifico notificos notifyapp notifyre ntfy ntfys o365 octopush onebot onebots onesignal
    opsgenie opsimate opsimates pagerduty pagertree parsep parseps pbul pinglet pinglets pingram pjet pjets plivo
    postmark pover prowl psafer psafers push pushdeer pushdeers pushed pushme pushplus pushward pushy qq reddit
    resend revolt ringc rocket rockets rsyslog ryver schan sendgrid sendpulse serwersms ses session sessions seven
    sfr signal signalgrid signals signl4 simplepush sinch slack smsc smseagle smseagles smsmanager smsmgr smstunnel
    smtp2go sns sogs sparkpost spike splunk spugpush spush squadcast stackfield strmlabs synology synologys telesign
    telnyx tgram threema toot toots trigv trigvs tweet twilio twist twitter viber victorops voipms vonage webex
    wechat wecom wecombot whapi whatsapp workflow workflows wpush wxpusher wxteams x xbmc xbmcs xmatters xml xmls
    youlmk zalo zcliq zohocliq zoom zulip
    """.split()  # noqa: SIM905 - as a list of literals nobody would read it.
)
# Each names a file, or lets an answer send the message somewhere else.
_REFUSED_PARAMETERS = frozenset(
    ("attach", "ca_certs", "keyfile", "pgp", "pgpkey", "pgpprv", "pgppub", "redirect", "subfile")
)
# In some services a template is a file's name, in others an id.
_TEMPLATE_ID = re.compile(r"[\w-]+", re.ASCII)


def checked_apprise_url(url: str) -> str:
    """Return an address that Apprise may be given. No message repeats it: nearly all of them hold a secret.

    Raises:
        InputInvalid: it is none, of an unknown service, or of this machine itself.
    """
    address = url.strip()
    scheme, separator, _rest = address.partition("://")
    if not separator or len(address) > MAX_APPRISE_URL or not address.isprintable() or " " in address:
        raise InputInvalid("Expected an address of Apprise, such as ntfy://topic.", field="url")
    if scheme.lower() not in APPRISE_SCHEMES:
        raise InputInvalid(
            "Amends sends nothing to addresses that begin with %(scheme)s://.", scheme=scheme[:20], field="url"
        )
    _check_parts(address)
    return address


def _check_parts(address: str) -> None:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        parameters = {name.lower().lstrip("+-:"): value for name, value in parse_qsl(parts.query)}
    except ValueError:
        raise InputInvalid("Expected an address of Apprise, such as ntfy://topic.", field="url") from None
    refused = sorted(_REFUSED_PARAMETERS & parameters.keys())
    if refused or not _TEMPLATE_ID.fullmatch(parameters.get("template", "id")):
        name = refused[0] if refused else "template"
        raise InputInvalid("Expected an address without '%(parameter)s'.", parameter=name, field="url")
    if host and not may_be_a_camera(host):
        raise InputInvalid("Nothing is sent to this address: expected a server of your own or a service.", field="url")
