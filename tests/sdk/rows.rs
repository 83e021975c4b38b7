//! The table: which library of which provider judges which scheme, and who signs beside it.

use crate::library::Language::{self, JavaScript, Python};

/// A scheme, and a library that checks its signatures.
pub struct Row {
    pub scheme: &'static str,
    pub language: Language,
    pub package: &'static str,
    pub signer: Signer,
}

/// Who signs where the library is the sender.
#[derive(Clone, Copy)]
pub enum Signer {
    /// The library itself.
    Library,
    /// What the library has for tests of its users.
    Helper,
    /// The few lines that the provider's documentation gives, in the driver.
    Documentation,
}

/// What a library refuses and is ok here all the same.
pub struct Explained {
    pub scheme: &'static str,
    pub language: Language,
    pub package: &'static str,
    /// In the order in which they are tried.
    pub spellings: &'static [&'static str],
    pub reason: &'static str,
}

/// A part of the header that is no version and signature: no sender writes one.
const NO_PAIR: &str = "It fails on a word that is no `version,signature`, which others pass over; the \
                       signature after it is right, and no sender writes such a word";

const fn no_pair(scheme: &'static str, package: &'static str) -> Explained {
    Explained { scheme, language: Python, package, spellings: &["word before"], reason: NO_PAIR }
}

pub const EXPLAINED: &[Explained] = &[
    Explained {
        scheme: "paddle",
        language: JavaScript,
        package: "@paddle/paddle-node-sdk",
        spellings: &["two, right first"],
        reason: "While a secret is being rotated Paddle writes a signature for each, and says that any \
                 may match; this library looks at the last one only, paddle-python-sdk at all",
    },
    no_pair("standard-webhooks", "replicate"),
    no_pair("standard-webhooks", "standardwebhooks"),
    no_pair("svix", "svix"),
    Explained {
        scheme: "vipps",
        language: JavaScript,
        package: CODE,
        spellings: &[":8443"],
        reason: "The host that is signed is the one of the request, as its `Host` has it; these lines take \
                 that of the address, which here has a port that the request does not have",
    },
];

/// The package of rows whose sender has none that checks: what its documentation gives.
pub const CODE: &str = "documented code";

/// What the driver puts into a library, and why.
pub const PATCHED: &[(&str, &str)] = &[
    ("all", "the time, which stands still"),
    (
        "ask-sdk-express-adapter",
        "the certificate, which it fetches, and our authority beside those it trusts",
    ),
    ("aws-sns-message-validator, sns-payload-validator, sns-validator", "the certificate"),
    ("event-notification-nodejs-sdk", "the public key"),
    (
        "nuxt-webhook-validators",
        "the request as h3 hands it over, which for Brevo comes from one of its addresses, and the settings \
         of Nuxt",
    ),
    (
        "paypalrestsdk",
        "the certificate, our authority in the place of the one it brings, and `OpenSSL.crypto.verify`, \
         which later versions of pyOpenSSL do not have",
    ),
    ("wechatpay-node-v3, wechatpayv3", "the public key of the account"),
];

use Signer::{Documentation, Helper, Library};

const fn row(
    scheme: &'static str,
    language: Language,
    package: &'static str,
    signer: Signer,
) -> Row {
    Row { scheme, language, package, signer }
}

pub const ROWS: &[Row] = &[
    row("adyen-header", JavaScript, "@adyen/api-library", Library),
    row("adyen-header", Python, "adyen", Library),
    row("adyen-standard", JavaScript, "@adyen/api-library", Library),
    row("adyen-standard", Python, "adyen", Library),
    row("aftership", JavaScript, CODE, Documentation),
    row("aftership-tracking", JavaScript, CODE, Documentation),
    row("airtable", Python, "pyairtable", Documentation),
    row("airwallex", JavaScript, CODE, Documentation),
    row("akeneo", JavaScript, CODE, Documentation),
    row("alexa", JavaScript, "ask-sdk-express-adapter", Documentation),
    row("alipay", JavaScript, "alipay-sdk", Documentation),
    row("app-store", JavaScript, "@apple/app-store-server-library", Documentation),
    row("app-store", Python, "app-store-server-library", Documentation),
    row("asana", JavaScript, CODE, Documentation),
    row("ashby", JavaScript, CODE, Documentation),
    row("attentive", JavaScript, CODE, Documentation),
    row("attio", JavaScript, CODE, Documentation),
    row("aws-sns", JavaScript, "sns-payload-validator", Documentation),
    row("aws-sns", JavaScript, "sns-validator", Documentation),
    row("aws-sns-v1", JavaScript, "sns-payload-validator", Documentation),
    row("aws-sns-v1", JavaScript, "sns-validator", Documentation),
    row("aws-sns-v1", Python, "aws-sns-message-validator", Documentation),
    row("bitbucket-cloud", JavaScript, "nuxt-webhook-validators", Documentation),
    row("botpress-chat", JavaScript, CODE, Documentation),
    row("box", JavaScript, "box-node-sdk", Documentation),
    row("box", Python, "boxsdk", Library),
    row("braintree", JavaScript, "braintree", Helper),
    row("braintree", Python, "braintree", Helper),
    row("brevo", JavaScript, "nuxt-webhook-validators", Documentation),
    row("calcom", JavaScript, CODE, Documentation),
    row("cashfree", JavaScript, "cashfree-pg", Documentation),
    row("chargebee", JavaScript, "chargebee", Documentation),
    row("circleci", Python, CODE, Documentation),
    row("clickup", JavaScript, CODE, Documentation),
    row("close-crm", JavaScript, CODE, Documentation),
    row("cloudinary", JavaScript, "cloudinary", Library),
    row("cloudinary", Python, "cloudinary", Documentation),
    row("cloudinary-sha256", JavaScript, "cloudinary", Library),
    row("cloudinary-sha256", Python, "cloudinary", Documentation),
    row("coinbase-cdp", JavaScript, CODE, Documentation),
    row("coinbase-commerce", JavaScript, "coinbase-commerce-node", Library),
    row("coinbase-commerce", Python, "coinbase_commerce", Documentation),
    row("contentful", JavaScript, "@contentful/node-apps-toolkit", Library),
    row("cursor", JavaScript, CODE, Documentation),
    row("discord", JavaScript, "discord-interactions", Documentation),
    row("discord", Python, "discord-interactions", Documentation),
    row("dixa", JavaScript, CODE, Documentation),
    row("docusign", JavaScript, CODE, Documentation),
    row("dropbox", JavaScript, CODE, Documentation),
    row("dropbox-sign", JavaScript, "@dropbox/sign", Documentation),
    row("easypost", JavaScript, "@easypost/api", Documentation),
    row("easypost", Python, "easypost", Documentation),
    row("ebay", JavaScript, "event-notification-nodejs-sdk", Documentation),
    row("elevenlabs", JavaScript, "@elevenlabs/elevenlabs-js", Documentation),
    row("elevenlabs", Python, "elevenlabs", Documentation),
    row("exa", Python, CODE, Documentation),
    row("fastspring", JavaScript, CODE, Documentation),
    row("fingerprint", JavaScript, "@fingerprintjs/fingerprintjs-pro-server-api", Documentation),
    row("fourthwall", JavaScript, CODE, Documentation),
    row("front", JavaScript, CODE, Documentation),
    row("genesys-open-messaging", JavaScript, CODE, Documentation),
    row("github", JavaScript, "@octokit/webhooks-methods", Library),
    row("github", Python, "gidgethub", Documentation),
    row("github-sha1", Python, "gidgethub", Documentation),
    row("gitlab", JavaScript, "standardwebhooks", Library),
    row("gitlab-token", JavaScript, "nuxt-webhook-validators", Documentation),
    row("gocardless", JavaScript, "gocardless-nodejs", Documentation),
    row("gocardless", Python, "gocardless_pro", Documentation),
    row("heroku", JavaScript, "nuxt-webhook-validators", Documentation),
    row("hookdeck", JavaScript, "@hookdeck/sdk", Documentation),
    row("hubspot-v1", JavaScript, "@hubspot/api-client", Library),
    row("hubspot-v1", Python, "hubspot-api-client", Library),
    row("hubspot-v2", JavaScript, "@hubspot/api-client", Library),
    row("hubspot-v2", Python, "hubspot-api-client", Library),
    row("hubspot-v3", JavaScript, "@hubspot/api-client", Library),
    row("hubspot-v3", Python, "hubspot-api-client", Library),
    row("huggingface", JavaScript, CODE, Documentation),
    row("hygraph", JavaScript, "@hygraph/utils", Documentation),
    row("inngest", JavaScript, "inngest", Documentation),
    row("inngest", Python, "inngest", Library),
    row("intercom", JavaScript, CODE, Documentation),
    row("kick", JavaScript, CODE, Documentation),
    row("knock", JavaScript, CODE, Documentation),
    row("kontent-ai", JavaScript, "@kontent-ai/webhook-helper", Library),
    row("launchdarkly", JavaScript, CODE, Documentation),
    row("lemon-squeezy", JavaScript, CODE, Documentation),
    row("line", JavaScript, "@line/bot-sdk", Documentation),
    row("line", Python, "line-bot-sdk", Documentation),
    row("linear", JavaScript, "@linear/sdk", Documentation),
    row("liveblocks", JavaScript, "@liveblocks/node", Documentation),
    row("liveblocks", Python, "liveblocks", Documentation),
    row("livekit", JavaScript, "livekit-server-sdk", Library),
    row("livekit", Python, "livekit-api", Library),
    row("mailgun", JavaScript, CODE, Documentation),
    row("mercadopago", JavaScript, "mercadopago", Documentation),
    row("mercadopago", Python, "mercadopago", Documentation),
    row("messagebird", JavaScript, "messagebird", Documentation),
    row("messagebird", Python, "messagebird", Documentation),
    row("mollie", JavaScript, CODE, Documentation),
    row("moonpay", JavaScript, CODE, Documentation),
    row("ms-teams-outgoing", JavaScript, CODE, Documentation),
    row("mux", JavaScript, "@mux/mux-node", Documentation),
    row("notion", JavaScript, "@notionhq/client", Library),
    row("nylas", JavaScript, CODE, Documentation),
    row("onfido", JavaScript, "@onfido/api", Documentation),
    row("openai", JavaScript, "openai", Documentation),
    row("openai", Python, "openai", Documentation),
    row("oracle-digital-assistant", JavaScript, "@oracle/bots-node-sdk", Library),
    row("orb", JavaScript, "orb-billing", Library),
    row("paddle", JavaScript, "@paddle/paddle-node-sdk", Documentation),
    row("paddle", Python, "paddle-python-sdk", Library),
    row("paypal", Python, "paypalrestsdk", Documentation),
    row("paystack", JavaScript, CODE, Documentation),
    row("plaid", Python, CODE, Documentation),
    row("plivo-v2", JavaScript, "plivo", Documentation),
    row("plivo-v2", Python, "plivo", Documentation),
    row("plivo-v3", JavaScript, "plivo", Documentation),
    row("plivo-v3", Python, "plivo", Library),
    row("polar", JavaScript, "@polar-sh/sdk", Documentation),
    row("polar", Python, "polar-sdk", Documentation),
    row("pusher", JavaScript, "pusher", Documentation),
    row("pusher", Python, "pusher", Library),
    row("qstash", JavaScript, "@upstash/qstash", Documentation),
    row("qstash", Python, "qstash", Documentation),
    row("quickbooks", JavaScript, CODE, Documentation),
    row("razorpay", JavaScript, "razorpay", Documentation),
    row("razorpay", Python, "razorpay", Documentation),
    row("retell", JavaScript, "retell-sdk", Library),
    row("retell", Python, "retell-sdk", Library),
    row("sanity", JavaScript, "@sanity/webhook", Library),
    row("sendgrid", JavaScript, "@sendgrid/eventwebhook", Documentation),
    row("sendgrid", Python, "sendgrid", Documentation),
    row("sentry", JavaScript, CODE, Documentation),
    row("shopify", JavaScript, "@shopify/shopify-api", Documentation),
    row("sinch-callback", JavaScript, "@sinch/sdk-client", Library),
    row("sinch-conversation", JavaScript, "@sinch/sdk-client", Library),
    row("sinch-conversation", Python, "sinch", Library),
    row("sinch-numbers", JavaScript, "@sinch/sdk-client", Documentation),
    row("sinch-numbers", Python, "sinch", Library),
    row("slack", JavaScript, "@slack/bolt", Documentation),
    row("slack", Python, "slack_sdk", Library),
    row("square", JavaScript, "square", Documentation),
    row("square", Python, "squareup", Documentation),
    row("standard-webhooks", JavaScript, "replicate", Documentation),
    row("standard-webhooks", JavaScript, "standardwebhooks", Library),
    row("standard-webhooks", Python, "replicate", Documentation),
    row("standard-webhooks", Python, "standardwebhooks", Library),
    row("stream", JavaScript, "stream-chat", Documentation),
    row("stream", Python, "stream-chat", Documentation),
    row("stripe", JavaScript, "stripe", Helper),
    row("stripe", Python, "stripe", Library),
    row("supabase-auth-hook", JavaScript, "standardwebhooks", Library),
    row("svix", JavaScript, "resend", Documentation),
    row("svix", JavaScript, "svix", Library),
    row("svix", Python, "resend", Documentation),
    row("svix", Python, "svix", Library),
    row("telegram", JavaScript, "grammy", Documentation),
    row("telnyx", JavaScript, "telnyx", Documentation),
    row("telnyx", Python, "telnyx", Documentation),
    row("toast", JavaScript, CODE, Documentation),
    row("trello", JavaScript, CODE, Documentation),
    row("twilio", JavaScript, "twilio", Library),
    row("twilio", Python, "twilio", Library),
    row("twilio-json", JavaScript, "twilio", Library),
    row("twilio-json", Python, "twilio", Library),
    row("twitch", JavaScript, "nuxt-webhook-validators", Documentation),
    row("typeform", JavaScript, CODE, Documentation),
    row("uploadthing", JavaScript, "uploadthing", Library),
    row("vercel", JavaScript, "nuxt-webhook-validators", Documentation),
    row("viber", JavaScript, "viber-bot", Documentation),
    row("viber", Python, "viberbot", Documentation),
    row("vipps", JavaScript, CODE, Documentation),
    row("vonage", JavaScript, "@vonage/jwt", Documentation),
    row("vonage", Python, "vonage-jwt", Documentation),
    row("webex", JavaScript, CODE, Documentation),
    row("webflow", JavaScript, "webflow-api", Documentation),
    row("wechat-pay", JavaScript, "wechatpay-node-v3", Documentation),
    row("wechat-pay", Python, "wechatpayv3", Documentation),
    row("woocommerce", JavaScript, CODE, Documentation),
    row("workos", JavaScript, "@workos-inc/node", Documentation),
    row("workos", Python, "workos", Documentation),
    row("xero", JavaScript, CODE, Documentation),
    row("zendesk", JavaScript, CODE, Documentation),
    row("zoho-payments", JavaScript, CODE, Documentation),
    row("zoom", JavaScript, "@zoom/rivet", Documentation),
];
