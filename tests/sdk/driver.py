"""The providers' own Python libraries: JSON lines with requests in, JSON lines with answers out.

A request is {sdk, scheme, op, now, secret, method, url, headers, body}: the clock stands at `now`, seconds
since 1970, and `headers` is a list of pairs. The answer to `verify` is {accepted, said}, the one to
`sign` is {headers, body}. Libraries that cannot sign are signed for by the few lines that their
documentation gives; the table in rows.rs says which.
"""

import base64
import datetime
import hashlib
import hmac
import importlib
import json
import sys
import tempfile
import time
import zlib
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import time_machine

VERIFIERS, SIGNERS = {}, {}


def verifies(sdk, *schemes):
    """Names a function that says whether the library accepts a request."""
    return lambda function: [VERIFIERS.update({(sdk, scheme): function}) for scheme in schemes]


def signs(sdk, *schemes):
    """Names a function that gives the headers of a request, and its body where that is changed."""
    return lambda function: [SIGNERS.update({(sdk, scheme): function}) for scheme in schemes]


class Request:
    """One request: its headers by lower-case name, lines of the same name joined as servers do it."""

    def __init__(self, fields):
        self.__dict__.update(fields)
        self.lines = {}
        for name, value in fields.get("headers") or []:
            name = name.lower()
            self.lines[name] = f"{self.lines[name]},{value}" if name in self.lines else value

    def __getitem__(self, name):
        return self.lines[name.lower()]

    @property
    def bytes(self):
        return self.body.encode()

    @property
    def form(self):
        return parse_qs(self.body, keep_blank_values=True)


def module(name):
    return importlib.import_module(name)


def mac(secret, content, digest="sha256"):
    content = content.encode() if isinstance(content, str) else content
    secret = secret.encode() if isinstance(secret, str) else secret
    return hmac.new(secret, content, digest)


def based(mac):
    return base64.b64encode(mac.digest()).decode()


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def moment(seconds):
    at = datetime.datetime.fromtimestamp(seconds, tz=datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def certificates(r):
    """The certificates of the sender, one PEM block each."""
    end = "-----END CERTIFICATE-----\n"
    return [(block + end).encode() for block in r.certificate.split(end) if block]


def private_key(pem):
    return module("cryptography.hazmat.primitives.serialization").load_pem_private_key(pem.encode(), None)


# Stripe


@verifies("stripe", "stripe")
def _(r):
    return module("stripe").WebhookSignature.verify_header(r.body, r["Stripe-Signature"], r.secret, 300)


@signs("stripe", "stripe")
def _(r):
    header = module("stripe").WebhookSignature.generate_signature_header(r.body, r.secret, r.now)
    return {"Stripe-Signature": header}


# Standard Webhooks and its kin


def standard(sdk, scheme, prefix, client, sign=True):
    headers = [f"{prefix}-{part}" for part in ("id", "timestamp", "signature")]

    @verifies(sdk, scheme)
    def _(r):
        client(r.secret).verify(r.body, {name: r[name] for name in headers})
        return True

    @signs(sdk, scheme)
    def _(r):
        at = datetime.datetime.fromtimestamp(r.now, tz=datetime.timezone.utc)
        signature = client(r.secret).sign("msg_1", at, r.body)
        return dict(zip(headers, ("msg_1", str(r.now), signature)))


standard("svix", "svix", "svix", lambda secret: module("svix").Webhook(secret))
standard(
    "standardwebhooks", "standard-webhooks", "webhook", lambda secret: module("standardwebhooks").Webhook(secret)
)


def by_hand(prefix, key):
    """Standard Webhooks, written out."""

    def sign(r):
        signature = based(mac(key(r.secret), f"msg_1.{r.now}.{r.body}"))
        return {
            f"{prefix}-id": "msg_1",
            f"{prefix}-timestamp": str(r.now),
            f"{prefix}-signature": f"v1,{signature}",
        }

    return sign


def unprefixed(secret):
    return base64.b64decode(secret.removeprefix("whsec_") + "==")


@verifies("resend", "svix")
def _(r):
    module("resend").Webhooks.verify(
        {
            "payload": r.body,
            "webhook_secret": r.secret,
            "headers": {part: r[f"svix-{part}"] for part in ("id", "timestamp", "signature")},
        }
    )
    return True


signs("resend", "svix")(by_hand("svix", unprefixed))


@verifies("replicate", "standard-webhooks")
def _(r):
    webhook = module("replicate.webhook")
    secret = webhook.WebhookSigningSecret(key=r.secret)
    webhook.Webhooks.validate(headers=r.lines, body=r.body, secret=secret, tolerance=300)
    return True


signs("replicate", "standard-webhooks")(by_hand("webhook", unprefixed))


@verifies("openai", "openai")
def _(r):
    client = module("openai").OpenAI(api_key="none", webhook_secret=r.secret)
    client.webhooks.verify_signature(r.body, r.lines)
    return True


signs("openai", "openai")(by_hand("webhook", unprefixed))


@verifies("polar-sdk", "polar")
def _(r):
    module("polar.webhooks").validate_event(r.body, r.lines, r.secret, frozenset({"order.paid"}), lambda data: data)
    return True


signs("polar-sdk", "polar")(by_hand("webhook", str.encode))


# GitHub


@verifies("gidgethub", "github", "github-sha1")
def _(r):
    sansio = module("gidgethub.sansio")
    name = "X-Hub-Signature-256" if r.scheme == "github" else "X-Hub-Signature"
    sansio.validate_event(r.bytes, signature=r[name], secret=r.secret)
    return True


@signs("gidgethub", "github")
def _(r):
    return {"X-Hub-Signature-256": "sha256=" + mac(r.secret, r.body).hexdigest()}


@signs("gidgethub", "github-sha1")
def _(r):
    return {"X-Hub-Signature": "sha1=" + mac(r.secret, r.body, "sha1").hexdigest()}


# Twilio and SendGrid


def validator(r):
    return module("twilio.request_validator").RequestValidator(r.secret)


@verifies("twilio", "twilio")
def _(r):
    params = module("multidict").MultiDict(parse_qsl(r.body, keep_blank_values=True))
    return validator(r).validate(r.url, params, r["X-Twilio-Signature"])


@signs("twilio", "twilio")
def _(r):
    params = {name: values[0] for name, values in r.form.items()}
    return {"X-Twilio-Signature": validator(r).compute_signature(r.url, params)}


@verifies("twilio", "twilio-json")
def _(r):
    return validator(r).validate(r.url, r.body, r["X-Twilio-Signature"])


@signs("twilio", "twilio-json")
def _(r):
    return {"X-Twilio-Signature": validator(r).compute_signature(r.url, {})}


@verifies("sendgrid", "sendgrid")
def _(r):
    webhook = module("sendgrid.helpers.eventwebhook").EventWebhook(r.secret)
    prefix = "X-Twilio-Email-Event-Webhook-"
    return webhook.verify_signature(r.body, r[prefix + "Signature"], r[prefix + "Timestamp"])


@signs("sendgrid", "sendgrid")
def _(r):
    hashes = module("cryptography.hazmat.primitives.hashes")
    ec = module("cryptography.hazmat.primitives.asymmetric.ec")
    signature = private_key(r.secret).sign(f"{r.now}{r.body}".encode(), ec.ECDSA(hashes.SHA256()))
    prefix = "X-Twilio-Email-Event-Webhook-"
    return {prefix + "Signature": base64.b64encode(signature).decode(), prefix + "Timestamp": str(r.now)}


# Messages: Slack, LINE, Discord, Viber, Sinch, Plivo, Telnyx


@verifies("slack_sdk", "slack")
def _(r):
    return module("slack_sdk.signature").SignatureVerifier(r.secret).is_valid_request(r.bytes, r.lines)


@signs("slack_sdk", "slack")
def _(r):
    verifier = module("slack_sdk.signature").SignatureVerifier(r.secret)
    signature = verifier.generate_signature(timestamp=str(r.now), body=r.bytes)
    return {"X-Slack-Signature": signature, "X-Slack-Request-Timestamp": str(r.now)}


@verifies("line-bot-sdk", "line")
def _(r):
    return module("linebot.v3.webhook").SignatureValidator(r.secret).validate(r.body, r["X-Line-Signature"])


@signs("line-bot-sdk", "line")
def _(r):
    return {"X-Line-Signature": based(mac(r.secret, r.body))}


@verifies("discord-interactions", "discord")
def _(r):
    verify_key = module("discord_interactions").verify_key
    return verify_key(r.bytes, r["X-Signature-Ed25519"], r["X-Signature-Timestamp"], r.secret)


@signs("discord-interactions", "discord")
def _(r):
    signature = private_key(r.secret).sign(f"{r.now}{r.body}".encode())
    return {"X-Signature-Ed25519": signature.hex(), "X-Signature-Timestamp": str(r.now)}


@verifies("viberbot", "viber")
def _(r):
    viber = module("viberbot")
    configuration = viber.BotConfiguration(auth_token=r.secret, name="bot", avatar="https://h.test/a")
    return viber.Api(configuration).verify_signature(r.bytes, r["X-Viber-Content-Signature"])


@signs("viberbot", "viber")
def _(r):
    return {"X-Viber-Content-Signature": mac(r.secret, r.body).hexdigest()}


SINCH = "sinch.domains.authentication.sinch_events.v1.authentication_validation"


@verifies("sinch", "sinch-numbers")
def _(r):
    return module(SINCH).validate_signature_header(r.secret, r.lines, r.body)


@signs("sinch", "sinch-numbers")
def _(r):
    return {"X-Sinch-Signature": module(SINCH).compute_hmac_signature(r.body, r.secret)}


@verifies("sinch", "sinch-conversation")
def _(r):
    return module(SINCH).validate_sinch_event_signature_with_nonce(r.secret, r.lines, r.body)


@signs("sinch", "sinch-conversation")
def _(r):
    content = module(SINCH).compute_signed_data(r.body, "nonce", str(r.now))
    prefix = "x-sinch-webhook-signature"
    return {
        prefix: module(SINCH).calculate_sinch_event_signature(content, r.secret),
        prefix + "-nonce": "nonce",
        prefix + "-timestamp": str(r.now),
    }


@verifies("plivo", "plivo-v2")
def _(r):
    prefix = "X-Plivo-Signature-V2"
    return module("plivo.utils").validate_signature(r.url, r[prefix + "-Nonce"], r[prefix], r.secret)


@signs("plivo", "plivo-v2")
def _(r):
    signature = based(mac(r.secret, r.url.split("?")[0] + "nonce"))
    return {"X-Plivo-Signature-V2": signature, "X-Plivo-Signature-V2-Nonce": "nonce"}


@verifies("plivo", "plivo-v3")
def _(r):
    prefix = "X-Plivo-Signature-V3"
    params = {name: values if len(values) > 1 else values[0] for name, values in r.form.items()}
    validate = module("plivo.utils").validate_v3_signature
    return validate("POST", r.url, r[prefix + "-Nonce"], r.secret, r[prefix], params)


@signs("plivo", "plivo-v3")
def _(r):
    v3 = module("plivo.utils.signature_v3")
    params = {name: values if len(values) > 1 else values[0] for name, values in r.form.items()}
    content = v3.construct_post_url(r.url, params)
    signature = v3.get_signature_v3(r.secret, content.decode(), "nonce").decode()
    return {"X-Plivo-Signature-V3": signature, "X-Plivo-Signature-V3-Nonce": "nonce"}


@verifies("telnyx", "telnyx")
def _(r):
    module("telnyx.lib.webhook_verification").verify_webhook_signature(r.body, r.lines, r.secret)
    return True


@signs("telnyx", "telnyx")
def _(r):
    signature = private_key(r.secret).sign(f"{r.now}|{r.body}".encode())
    return {
        "telnyx-signature-ed25519": base64.b64encode(signature).decode(),
        "telnyx-timestamp": str(r.now),
    }


# Money: Square, Adyen, Razorpay, GoCardless, Paddle, Mercado Pago, Coinbase, Braintree


@verifies("squareup", "square")
def _(r):
    verify = module("square.utils.webhooks_helper").verify_signature
    return verify(
        request_body=r.body,
        signature_header=r["x-square-hmacsha256-signature"],
        signature_key=r.secret,
        notification_url=r.url,
    )


@signs("squareup", "square")
def _(r):
    return {"x-square-hmacsha256-signature": based(mac(r.secret, r.url + r.body))}


@verifies("adyen", "adyen-header")
def _(r):
    return module("Adyen.util").is_valid_hmac_payload(r["HmacSignature"], r.secret, r.bytes)


@signs("adyen", "adyen-header")
def _(r):
    return {"HmacSignature": module("Adyen.util").generate_payload_sig(r.bytes, r.secret).decode()}


@verifies("adyen", "adyen-standard")
def _(r):
    return module("Adyen.util").is_valid_hmac_notification(json.loads(r.body), r.secret)


@signs("adyen", "adyen-standard")
def _(r):
    body = json.loads(r.body)
    item = body["notificationItems"][0]["NotificationRequestItem"]
    signature = module("Adyen.util").generate_notification_sig(item, r.secret).decode()
    item["additionalData"] = {"hmacSignature": signature}
    return {}, json.dumps(body)


@verifies("razorpay", "razorpay")
def _(r):
    utility = module("razorpay").Utility()
    return utility.verify_webhook_signature(r.body, r["X-Razorpay-Signature"], r.secret)


@signs("razorpay", "razorpay")
def _(r):
    return {"X-Razorpay-Signature": mac(r.secret, r.body).hexdigest()}


@verifies("gocardless_pro", "gocardless")
def _(r):
    module("gocardless_pro.webhooks").parse(r.body, r.secret, r["Webhook-Signature"])
    return True


@signs("gocardless_pro", "gocardless")
def _(r):
    return {"Webhook-Signature": mac(r.secret, r.body).hexdigest()}


@verifies("paddle-python-sdk", "paddle")
def _(r):
    # What it does for a request of a framework, whose interface it wants.
    class Framework:
        headers = {"Paddle-Signature": r["Paddle-Signature"]}
        body = r.bytes
        content = None
        data = None

    notifications = module("paddle_billing.Notifications")
    return notifications.Verifier(5).verify(Framework(), notifications.Secret(r.secret))


@signs("paddle-python-sdk", "paddle")
def _(r):
    signature = module("paddle_billing.Notifications.PaddleSignature").PaddleSignature
    return {"Paddle-Signature": f"ts={r.now};h1=" + signature.calculate_hmac(r.secret, f"{r.now}:{r.body}".encode()).hexdigest()}


def query(r, name):
    return parse_qs(urlsplit(r.url).query).get(name, [None])[0]


@verifies("mercadopago", "mercadopago")
def _(r):
    validate = module("mercadopago.webhook.validator").WebhookSignatureValidator.validate
    validate(r["x-signature"], r["x-request-id"], query(r, "data.id"), r.secret, tolerance_seconds=300)
    return True


@signs("mercadopago", "mercadopago")
def _(r):
    content = f"id:{query(r, 'data.id')};request-id:req-1;ts:{r.now};"
    return {"x-signature": f"ts={r.now},v1=" + mac(r.secret, content).hexdigest(), "x-request-id": "req-1"}


@verifies("coinbase_commerce", "coinbase-commerce")
def _(r):
    verify = module("coinbase_commerce.webhook").WebhookSignature.verify_sig_header
    return verify(r.body, r["X-CC-Webhook-Signature"], r.secret)


@signs("coinbase_commerce", "coinbase-commerce")
def _(r):
    return {"X-CC-Webhook-Signature": mac(r.secret, r.body).hexdigest()}


def braintree(r):
    braintree = module("braintree")
    return braintree.BraintreeGateway(
        braintree.Configuration(braintree.Environment.Sandbox, "merchant", "public", r.secret)
    )


@verifies("braintree", "braintree")
def _(r):
    braintree(r).webhook_notification.parse(r.form["bt_signature"][0], r.form["bt_payload"][0])
    return True


@signs("braintree", "braintree")
def _(r):
    return {}, urlencode(braintree(r).webhook_testing.sample_notification("subscription_canceled", "id"))


# Business: HubSpot, WorkOS, Box, EasyPost, Pusher, Liveblocks, ElevenLabs, Retell, Inngest


@verifies("hubspot-api-client", "hubspot-v1", "hubspot-v2", "hubspot-v3")
def _(r):
    is_v3 = r.scheme.endswith("v3")
    return module("hubspot.utils.signature").Signature.is_valid(
        signature=r["X-HubSpot-Signature-v3" if is_v3 else "X-HubSpot-Signature"],
        client_secret=r.secret,
        request_body=r.body,
        http_uri=r.url,
        http_method=r.method,
        signature_version=r.scheme[-2:],
        timestamp=r["X-HubSpot-Request-Timestamp"] if is_v3 else None,
    )


@signs("hubspot-api-client", "hubspot-v1", "hubspot-v2", "hubspot-v3")
def _(r):
    version, at = r.scheme[-2:], str(r.now * 1000)
    get = module("hubspot.utils.signature").Signature.get_signature
    signature = get(r.secret, r.body, version, r.url, r.method, at)
    if version == "v3":
        return {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": at}
    return {"X-HubSpot-Signature": signature, "X-HubSpot-Signature-Version": version}


@verifies("workos", "workos")
def _(r):
    verify = module("workos.webhooks._verification").verify_header
    verify(event_body=r.bytes, event_signature=r["WorkOS-Signature"], secret=r.secret, tolerance=180)
    return True


@signs("workos", "workos")
def _(r):
    at = r.now * 1000
    return {"WorkOS-Signature": f"t={at}, v1=" + mac(r.secret, f"{at}.{r.body}").hexdigest()}


@verifies("boxsdk", "box")
def _(r):
    manager = module("box_sdk_gen.managers.webhooks").WebhooksManager
    return manager.validate_message(r.body, r.lines, r.secret)


@signs("boxsdk", "box")
def _(r):
    at = moment(r.now)
    headers = {"box-signature-version": "1", "box-signature-algorithm": "HmacSHA256", "box-delivery-timestamp": at}
    signature = module("box_sdk_gen.internal.utils").compute_webhook_signature(r.body, headers, r.secret)
    return headers | {"box-signature-primary": signature}


@verifies("easypost", "easypost")
def _(r):
    header = {"X-Hmac-Signature": r["X-Hmac-Signature"]}
    module("easypost.util").validate_webhook(r.bytes, header, r.secret)
    return True


@signs("easypost", "easypost")
def _(r):
    return {"X-Hmac-Signature": "hmac-sha256-hex=" + mac(r.secret, r.body).hexdigest()}


@verifies("pusher", "pusher")
def _(r):
    client = module("pusher").Pusher(app_id="1", key="key", secret=r.secret)
    return client.validate_webhook("key", r["X-Pusher-Signature"], r.body) is not None


@signs("pusher", "pusher")
def _(r):
    return {"X-Pusher-Key": "key", "X-Pusher-Signature": module("pusher.signature").sign(r.secret, r.body)}


@verifies("liveblocks", "liveblocks")
def _(r):
    module("liveblocks.webhooks").WebhookHandler(r.secret).verify_request(headers=r.lines, raw_body=r.body)
    return True


signs("liveblocks", "liveblocks")(by_hand("webhook", unprefixed))


@verifies("elevenlabs", "elevenlabs")
def _(r):
    client = module("elevenlabs.client").ElevenLabs(api_key="none")
    client.webhooks.construct_event(r.body, r["ElevenLabs-Signature"], r.secret)
    return True


@signs("elevenlabs", "elevenlabs")
def _(r):
    return {"ElevenLabs-Signature": f"t={r.now},v0=" + mac(r.secret, f"{r.now}.{r.body}").hexdigest()}


@verifies("retell-sdk", "retell")
def _(r):
    return module("retell.lib.webhook_auth").verify(r.body, r.secret, r["x-retell-signature"])


@signs("retell-sdk", "retell")
def _(r):
    sign = module("retell.lib.webhook_auth").symmetric["sign"]
    return {"x-retell-signature": sign(r.body, r.secret, r.now * 1000)}


@verifies("inngest", "inngest")
def _(r):
    net = module("inngest._internal.net")
    mode = module("inngest._internal.server_lib").ServerKind.CLOUD
    answer = net.validate_request_sig(
        body=r.bytes, headers=r.lines, mode=mode, signing_key=r.secret, signing_key_fallback=None
    )
    if isinstance(answer, Exception):
        raise answer
    return True


@signs("inngest", "inngest")
def _(r):
    return {"x-inngest-signature": module("inngest._internal.net").sign_request(r.bytes, r.secret, r.now)}


# Certificates of senders: PayPal, SNS, WeChat Pay


def rsa_sign(r, content, digest="SHA256"):
    padding = module("cryptography.hazmat.primitives.asymmetric.padding")
    hashes = module("cryptography.hazmat.primitives.hashes")
    signature = private_key(r.secret).sign(content.encode(), padding.PKCS1v15(), getattr(hashes, digest)())
    return base64.b64encode(signature).decode()


@verifies("paypalrestsdk", "paypal")
def _(r):
    crypto = module("OpenSSL.crypto")
    sdk = module("paypalrestsdk.notifications").WebhookEvent

    def verify(certificate, signature, data, digest):
        # Gone from pyOpenSSL, which it calls; what it was.
        padding = module("cryptography.hazmat.primitives.asymmetric.padding")
        hashes = module("cryptography.hazmat.primitives.hashes")
        assert digest == "sha256WithRSAEncryption"
        key = certificate.get_pubkey().to_cryptography_key()
        key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())

    crypto.verify = verify
    leaf, authority = certificates(r)
    with tempfile.NamedTemporaryFile() as trusted:
        trusted.write(authority)
        trusted.flush()
        sdk._WebhookEvent__cert_chain_path = [trusted.name]
        sdk._get_cert = lambda address: crypto.load_certificate(crypto.FILETYPE_PEM, leaf)
        header = [r["PAYPAL-" + name] for name in ("TRANSMISSION-ID", "TRANSMISSION-TIME")]
        signature = r["PAYPAL-TRANSMISSION-SIG"]
        return sdk.verify(*header, "WH-1", r.body, r["PAYPAL-CERT-URL"], signature, "SHA256withRSA")


@signs("paypalrestsdk", "paypal")
def _(r):
    at = moment(r.now)
    content = f"id-1|{at}|WH-1|{zlib.crc32(r.bytes)}"
    return {
        "PAYPAL-TRANSMISSION-ID": "id-1",
        "PAYPAL-TRANSMISSION-TIME": at,
        "PAYPAL-TRANSMISSION-SIG": rsa_sign(r, content),
        "PAYPAL-CERT-URL": "https://api.paypal.com/v1/notifications/certs/CERT-1",
    }


@verifies("aws-sns-message-validator", "aws-sns-v1")
def _(r):
    class Session:
        def get(self, address):
            return type("Answer", (), {"content": certificates(r)[0]})

    validator = module("sns_message_validator").SNSMessageValidator()
    validator._cert_session = Session()
    validator.validate_message(json.loads(r.body))
    return True


@signs("aws-sns-message-validator", "aws-sns-v1")
def _(r):
    message = json.loads(r.body)
    names = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
    message["Signature"] = rsa_sign(r, "".join(f"{name}\n{message[name]}\n" for name in names), "SHA1")
    return {}, json.dumps(message)


def der(pem):
    return module("cryptography.x509").load_pem_x509_certificate(pem).public_bytes(
        module("cryptography.hazmat.primitives.serialization").Encoding.DER
    )


@verifies("app-store-server-library", "app-store")
def _(r):
    sandbox = module("appstoreserverlibrary.models.Environment").Environment.SANDBOX
    verifier = module("appstoreserverlibrary.signed_data_verifier").SignedDataVerifier(
        [der(certificates(r)[-1])], False, sandbox, "com.example.app"
    )
    return bool(verifier.verify_and_decode_notification(json.loads(r.body)["signedPayload"]))


@signs("app-store-server-library", "app-store")
def _(r):
    chain = [base64.b64encode(der(one)).decode() for one in certificates(r)]
    token = module("jwt").encode(json.loads(r.body), r.secret, "ES256", {"x5c": chain})
    return {}, json.dumps({"signedPayload": token})


@verifies("wechatpayv3", "wechat-pay")
def _(r):
    core = object.__new__(module("wechatpayv3.core").Core)
    core._public_key = module("wechatpayv3.utils").load_public_key(r.secret)
    core._public_key_id = "PUB_KEY_ID_1"
    core._certificates, core._update_certificates = [], lambda: None
    return core._verify_signature(r.lines, r.body)


@signs("wechatpayv3", "wechat-pay")
def _(r):
    return {
        "Wechatpay-Signature": rsa_sign(r, f"{r.now}\nnonce\n{r.body}\n"),
        "Wechatpay-Timestamp": str(r.now),
        "Wechatpay-Nonce": "nonce",
        "Wechatpay-Serial": "PUB_KEY_ID_1",
        "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
    }


# More senders: Airtable, Cloudinary, Stream


@verifies("pyairtable", "airtable")
def _(r):
    notification = module("pyairtable.models.webhook").WebhookNotification
    return bool(notification.from_request(r.body, r["X-Airtable-Content-MAC"], r.secret))


@signs("pyairtable", "airtable")
def _(r):
    return {"X-Airtable-Content-MAC": "hmac-sha256=" + mac(base64.b64decode(r.secret), r.body).hexdigest()}


def cloudinary(r):
    algorithm = "sha1" if r.scheme == "cloudinary" else "sha256"
    module("cloudinary").config(api_secret=r.secret, signature_algorithm=algorithm)
    return module("cloudinary.utils"), algorithm


@verifies("cloudinary", "cloudinary", "cloudinary-sha256")
def _(r):
    utils, algorithm = cloudinary(r)
    at = int(r["X-Cld-Timestamp"])
    return utils.verify_notification_signature(r.body, at, r["X-Cld-Signature"], algorithm=algorithm)


@signs("cloudinary", "cloudinary", "cloudinary-sha256")
def _(r):
    algorithm = "sha1" if r.scheme == "cloudinary" else "sha256"
    signature = hashlib.new(algorithm, f"{r.body}{r.now}{r.secret}".encode()).hexdigest()
    return {"X-Cld-Timestamp": str(r.now), "X-Cld-Signature": signature}


@verifies("stream-chat", "stream")
def _(r):
    client = module("stream_chat").StreamChat(api_key="key", api_secret=r.secret)
    return client.verify_webhook(r.bytes, r["X-Signature"])


@signs("stream-chat", "stream")
def _(r):
    return {"X-Signature": mac(r.secret, r.body).hexdigest()}


# Tokens that carry a digest of the body: LiveKit, QStash, MessageBird, Vonage, Plaid


@verifies("livekit-api", "livekit")
def _(r):
    api = module("livekit.api")
    api.WebhookReceiver(api.TokenVerifier("key", r.secret)).receive(r.body, r["Authorization"])
    return True


@signs("livekit-api", "livekit")
def _(r):
    token = module("livekit.api").AccessToken("key", r.secret)
    digest = hashlib.sha256(r.bytes).digest()
    return {"Authorization": token.with_sha256(base64.b64encode(digest).decode()).to_jwt()}


@verifies("qstash", "qstash")
def _(r):
    module("qstash").Receiver(r.secret, r.secret).verify(signature=r["Upstash-Signature"], body=r.body, url=r.url)
    return True


@signs("qstash", "qstash")
def _(r):
    digest = base64.urlsafe_b64encode(hashlib.sha256(r.bytes).digest()).decode()
    claims = {"iss": "Upstash", "sub": r.url, "exp": r.now + 300, "nbf": r.now, "iat": r.now, "jti": "1", "body": digest}
    return {"Upstash-Signature": module("jwt").encode(claims, r.secret, "HS256")}


@verifies("messagebird", "messagebird")
def _(r):
    validator = module("messagebird.request_validator").RequestValidator(r.secret)
    return bool(validator.validate_signature(r["MessageBird-Signature-JWT"], r.url, r.bytes))


@signs("messagebird", "messagebird")
def _(r):
    times = {"nbf": r.now, "iat": r.now, "exp": r.now + 60}
    hashes = {"url_hash": sha256(r.url.encode()), "payload_hash": sha256(r.bytes)}
    claims = {"iss": "MessageBird", "jti": "1"} | times | hashes
    return {"MessageBird-Signature-JWT": module("jwt").encode(claims, r.secret, "HS256")}


@verifies("vonage-jwt", "vonage")
def _(r):
    # The library looks at the token alone; the documentation has the reader compare the hash.
    word, token = r["Authorization"].split(" ")
    if word != "Bearer" or not module("vonage_jwt.verify_jwt").verify_signature(token, r.secret):
        return False
    claims = module("jwt").decode(token, options={"verify_signature": False})
    return claims["payload_hash"] == sha256(r.bytes)


@signs("vonage-jwt", "vonage")
def _(r):
    claims = {"iss": "Vonage", "iat": r.now, "exp": r.now + 300, "jti": "1", "payload_hash": sha256(r.bytes)}
    return {"Authorization": "Bearer " + module("jwt").encode(claims, r.secret, "HS256")}


# https://github.com/circleci/circleci-docs (jekyll/_cci2/webhooks.adoc)
@verifies("documented code", "circleci")
def _(r):
    pairs = [pair.split("=") for pair in r["circleci-signature"].split(",")]
    signature_from_header = {k: v for k, v in pairs}["v1"]
    return hmac.compare_digest(mac(r.secret, r.body).hexdigest(), signature_from_header)


@signs("documented code", "circleci")
def _(r):
    return {"circleci-signature": f"v1={mac(r.secret, r.body).hexdigest()}"}


# https://exa.ai/docs/websets/api/webhooks/verifying-signatures: it warns of an old time, and takes it
@verifies("documented code", "exa")
def _(r):
    pairs = [pair.split("=", 1) for pair in r["Exa-Signature"].split(",")]
    timestamp, signatures = None, []
    for key, value in pairs:
        if key == "t":
            timestamp = value
        elif key == "v1":
            signatures.append(value)
    if not timestamp or not signatures:
        return False
    expected = mac(r.secret, f"{timestamp}.{r.body}").hexdigest()
    return any(hmac.compare_digest(expected, signature) for signature in signatures)


@signs("documented code", "exa")
def _(r):
    return {"Exa-Signature": f"t={r.now},v1={mac(r.secret, f'{r.now}.{r.body}').hexdigest()}"}


# What https://plaid.com/docs/api/webhooks/webhook-verification/ has the reader do; the key, which it fetches, is
# the one that was given.
@verifies("documented code", "plaid")
def _(r):
    jwt = module("jwt")
    token = r["Plaid-Verification"]
    if jwt.get_unverified_header(token)["alg"] != "ES256":
        return False
    claims = jwt.decode(token, r.secret, algorithms=["ES256"])
    if claims["iat"] < time.time() - 5 * 60:
        return False
    return hmac.compare_digest(sha256(r.bytes), claims["request_body_sha256"])


@signs("documented code", "plaid")
def _(r):
    claims = {"iat": r.now, "request_body_sha256": sha256(r.bytes)}
    return {"Plaid-Verification": module("jwt").encode(claims, r.secret, "ES256", {"kid": "key-1"})}


@verifies("async-customerio", "customerio")
def _(r):
    validate = module("async_customerio").validate_signature
    return validate(r.secret, int(r["X-CIO-Timestamp"]), r.bytes, r["X-CIO-Signature"])


@signs("async-customerio", "customerio")
def _(r):
    signature = mac(r.secret, f"v0:{r.now}:{r.body}").hexdigest()
    return {"X-CIO-Timestamp": str(r.now), "X-CIO-Signature": signature}


def answer(r):
    verifier, signer = VERIFIERS[r.sdk, r.scheme], SIGNERS[r.sdk, r.scheme]
    with time_machine.travel(r.now, tick=False):
        if r.op == "sign":
            made = signer(r)
            headers, body = made if isinstance(made, tuple) else (made, r.body)
            return {"headers": list(headers.items()), "body": body}
        try:
            return {"accepted": bool(verifier(r)), "said": ""}
        except Exception as refused:
            return {"accepted": False, "said": f"{type(refused).__name__}: {refused}"}


if __name__ == "__main__":
    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        request = Request(json.loads(line))
        try:
            given = answer(request)
        except Exception as broken:
            given = {"broken": f"{type(broken).__name__}: {broken}"}
        print(json.dumps(given), file=out, flush=True)
