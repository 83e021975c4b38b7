// The providers' own JavaScript libraries: JSON lines with requests in, JSON lines with answers out, as
// driver.py has them. The libraries are those of the working folder.

import crypto from 'node:crypto';
import https from 'node:https';
import { createRequire, register } from 'node:module';
import { Readable } from 'node:stream';
import { mock } from 'node:test';
import { promisify } from 'node:util';
import readline from 'node:readline';

const require = createRequire(`${process.cwd()}/`);

const verifiers = {};
const signers = {};

/** Names a function that says whether the library accepts a request. */
const verifies = (sdk, schemes, accepts) =>
  schemes.forEach((scheme) => (verifiers[`${sdk} ${scheme}`] = accepts));

/** Names a function that gives the headers of a request; `body` among them changes the body. */
const signs = (sdk, schemes, headers) =>
  schemes.forEach((scheme) => (signers[`${sdk} ${scheme}`] = headers));

const load = async (name) => {
  const module = await import(name);
  return module.default && Object.keys(module.default).length > 1 ? { ...module.default, ...module } : module;
};

const mac = (secret, content, digest = 'sha256') => crypto.createHmac(digest, secret).update(content);
const hex = (...args) => mac(...args).digest('hex');
const base64 = (...args) => mac(...args).digest('base64');
const unprefixed = (secret) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
const pick = (r, ...names) => Object.fromEntries(names.map((name) => [name, r.header(name)]));
const form = (r) => Object.fromEntries(new URLSearchParams(r.body));

/** A promise or a call that throws when it refuses. */
const passes = async (call) => {
  await call;
  return true;
};

// Stripe

verifies('stripe', ['stripe'], async (r) => {
  const { default: Stripe } = await import('stripe');
  const { webhooks } = new Stripe('sk_test_none');
  webhooks.constructEvent(r.body, r.header('Stripe-Signature'), r.secret);
  return true;
});
signs('stripe', ['stripe'], async (r) => {
  const { default: Stripe } = await import('stripe');
  const options = { payload: r.body, secret: r.secret, timestamp: r.now };
  return { 'Stripe-Signature': new Stripe('sk_test_none').webhooks.generateTestHeaderString(options) };
});

// Standard Webhooks and its kin

const names = (prefix) => ['id', 'timestamp', 'signature'].map((part) => `${prefix}-${part}`);
const filled = (prefix, values) => Object.fromEntries(names(prefix).map((name, place) => [name, values[place]]));

for (const [sdk, scheme, prefix] of [
  ['svix', 'svix', 'svix'],
  ['svix', 'ada', 'svix'], // https://docs.ada.cx/reference/webhooks/overview: sent by Svix
  ['standardwebhooks', 'standard-webhooks', 'webhook'],
  ['standardwebhooks', 'gitlab', 'webhook'],
]) {
  verifies(sdk, [scheme], async (r) => {
    const { Webhook } = await load(sdk);
    new Webhook(r.secret).verify(r.body, pick(r, ...names(prefix)));
    return true;
  });
  signs(sdk, [scheme], async (r) => {
    const { Webhook } = await load(sdk);
    const signature = new Webhook(r.secret).sign('msg_1', new Date(r.now * 1000), r.body);
    return filled(prefix, ['msg_1', String(r.now), signature]);
  });
}

// https://supabase.com/docs/guides/auth/auth-hooks: what stands before the secret is cut off
const hook = async (r) => new (await load('standardwebhooks')).Webhook(r.secret.replace('v1,whsec_', ''));
verifies('standardwebhooks', ['supabase-auth-hook'], async (r) => passes((await hook(r)).verify(r.body, r.lines)));
signs('standardwebhooks', ['supabase-auth-hook'], async (r) => {
  const signature = (await hook(r)).sign('msg_1', new Date(r.now * 1000), r.body);
  return filled('webhook', ['msg_1', String(r.now), signature]);
});

/** Standard Webhooks, written out. */
const byHand = (prefix, key) => (r) =>
  filled(prefix, ['msg_1', String(r.now), `v1,${base64(key(r.secret), `msg_1.${r.now}.${r.body}`)}`]);

verifies('resend', ['svix'], async (r) => {
  const { Resend } = await load('resend');
  const [id, timestamp, signature] = names('svix').map(r.header);
  const headers = { id, timestamp, signature };
  new Resend('re_none').webhooks.verify({ payload: r.body, headers, webhookSecret: r.secret });
  return true;
});
signs('resend', ['svix'], byHand('svix', unprefixed));

verifies('replicate', ['standard-webhooks'], async (r) => {
  const { validateWebhook } = await load('replicate');
  const [id, timestamp, signature] = names('webhook').map(r.header);
  return validateWebhook({ id, timestamp, signature, body: r.body, secret: r.secret });
});
signs('replicate', ['standard-webhooks'], byHand('webhook', unprefixed));

verifies('openai', ['openai'], async (r) => {
  const { default: OpenAI } = await import('openai');
  const client = new OpenAI({ apiKey: 'none', webhookSecret: r.secret });
  return passes(client.webhooks.verifySignature(r.body, r.lines));
});
signs('openai', ['openai'], byHand('webhook', unprefixed));

verifies('@polar-sh/sdk', ['polar'], async (r) => {
  const { validateEvent, WebhookVerificationError } = await import('@polar-sh/sdk/webhooks');
  try {
    validateEvent(r.body, r.lines, r.secret);
  } catch (error) {
    // What is wrong with the event itself is found after its signature was right.
    if (error instanceof WebhookVerificationError || !/event/i.test(error.message)) throw error;
  }
  return true;
});
signs('@polar-sh/sdk', ['polar'], byHand('webhook', (secret) => secret));

verifies('@liveblocks/node', ['liveblocks'], async (r) => {
  const { WebhookHandler } = await load('@liveblocks/node');
  new WebhookHandler(r.secret).verifyRequest({ headers: r.lines, rawBody: r.body });
  return true;
});
signs('@liveblocks/node', ['liveblocks'], byHand('webhook', unprefixed));

// GitHub

verifies('@octokit/webhooks-methods', ['github'], async (r) => {
  const { verify } = await load('@octokit/webhooks-methods');
  return verify(r.secret, r.body, r.header('X-Hub-Signature-256'));
});
signs('@octokit/webhooks-methods', ['github'], async (r) => {
  const { sign } = await load('@octokit/webhooks-methods');
  return { 'X-Hub-Signature-256': await sign(r.secret, r.body) };
});

// Twilio and SendGrid

verifies('twilio', ['twilio'], async (r) => {
  const { validateRequest } = await load('twilio');
  return validateRequest(r.secret, r.header('X-Twilio-Signature'), r.url, form(r));
});
signs('twilio', ['twilio'], async (r) => {
  const { getExpectedTwilioSignature } = await load('twilio/lib/webhooks/webhooks.js');
  return { 'X-Twilio-Signature': getExpectedTwilioSignature(r.secret, r.url, form(r)) };
});
verifies('twilio', ['twilio-json'], async (r) => {
  const { validateRequestWithBody } = await load('twilio');
  return validateRequestWithBody(r.secret, r.header('X-Twilio-Signature'), r.url, r.body);
});
signs('twilio', ['twilio-json'], async (r) => {
  const { getExpectedTwilioSignature } = await load('twilio/lib/webhooks/webhooks.js');
  return { 'X-Twilio-Signature': getExpectedTwilioSignature(r.secret, r.url, {}) };
});

const mail = 'X-Twilio-Email-Event-Webhook-';
verifies('@sendgrid/eventwebhook', ['sendgrid'], async (r) => {
  const { EventWebhook } = await load('@sendgrid/eventwebhook');
  const webhook = new EventWebhook();
  const key = webhook.convertPublicKeyToECDSA(r.secret);
  return webhook.verifySignature(key, r.body, r.header(`${mail}Signature`), r.header(`${mail}Timestamp`));
});
signs('@sendgrid/eventwebhook', ['sendgrid'], (r) => {
  const signature = crypto.sign('sha256', Buffer.from(`${r.now}${r.body}`), r.secret);
  return { [`${mail}Signature`]: signature.toString('base64'), [`${mail}Timestamp`]: String(r.now) };
});

// Messages: Slack, LINE, Discord, Viber, Plivo, Telnyx

verifies('@slack/bolt', ['slack'], async (r) => {
  const { verifySlackRequest } = await load('@slack/bolt/dist/receivers/verify-request.js');
  const headers = { ...r.lines, 'x-slack-request-timestamp': Number(r.header('X-Slack-Request-Timestamp')) };
  verifySlackRequest({ signingSecret: r.secret, body: r.body, headers });
  return true;
});
signs('@slack/bolt', ['slack'], (r) => ({
  'X-Slack-Signature': `v0=${hex(r.secret, `v0:${r.now}:${r.body}`)}`,
  'X-Slack-Request-Timestamp': String(r.now),
}));

verifies('@line/bot-sdk', ['line'], async (r) => {
  const { validateSignature } = await load('@line/bot-sdk');
  return validateSignature(r.body, r.secret, r.header('x-line-signature'));
});
signs('@line/bot-sdk', ['line'], (r) => ({ 'x-line-signature': base64(r.secret, r.body) }));

verifies('discord-interactions', ['discord'], async (r) => {
  const { verifyKey } = await load('discord-interactions');
  return verifyKey(r.body, r.header('X-Signature-Ed25519'), r.header('X-Signature-Timestamp'), r.secret);
});
signs('discord-interactions', ['discord'], (r) => ({
  'X-Signature-Ed25519': crypto.sign(null, Buffer.from(`${r.now}${r.body}`), r.secret).toString('hex'),
  'X-Signature-Timestamp': String(r.now),
}));

verifies('viber-bot', ['viber'], async (r) => {
  const { default: Validator } = await import('viber-bot/lib/message/message-validator.js');
  const log = { debug() {} };
  return new Validator(log, r.secret).validateMessage(r.header('X-Viber-Content-Signature'), r.body);
});
signs('viber-bot', ['viber'], (r) => ({ 'X-Viber-Content-Signature': hex(r.secret, r.body) }));

verifies('plivo', ['plivo-v2'], async (r) => {
  const { validateSignature } = await load('plivo');
  const header = (suffix) => r.header(`X-Plivo-Signature-V2${suffix}`);
  return validateSignature(r.url, header('-Nonce'), header(''), r.secret);
});
signs('plivo', ['plivo-v2'], (r) => ({
  'X-Plivo-Signature-V2': base64(r.secret, `${r.url.split('?')[0]}nonce`),
  'X-Plivo-Signature-V2-Nonce': 'nonce',
}));

verifies('plivo', ['plivo-v3'], async (r) => {
  const { validateV3Signature } = await load('plivo');
  const header = (suffix) => r.header(`X-Plivo-Signature-V3${suffix}`);
  return validateV3Signature('POST', r.url, header('-Nonce'), r.secret, header(''), form(r));
});
signs('plivo', ['plivo-v3'], (r) => {
  const sorted = (pairs, glue, between) =>
    [...pairs].map(([name, value]) => name + glue + value).sort().join(between);
  const { origin, pathname, searchParams } = new URL(r.url);
  const url = `${origin}${pathname}?${sorted(searchParams, '=', '&')}.`;
  const content = `${url}${sorted(new URLSearchParams(r.body), '', '')}.nonce`;
  return { 'X-Plivo-Signature-V3': base64(r.secret, content), 'X-Plivo-Signature-V3-Nonce': 'nonce' };
});

verifies('telnyx', ['telnyx'], async (r) => {
  const { default: Telnyx } = await import('telnyx');
  const client = new Telnyx({ apiKey: 'none', publicKey: r.secret });
  return passes(client.webhooks.unwrap(r.body, { headers: r.lines }));
});
signs('telnyx', ['telnyx'], (r) => ({
  'telnyx-signature-ed25519': crypto.sign(null, Buffer.from(`${r.now}|${r.body}`), r.secret).toString('base64'),
  'telnyx-timestamp': String(r.now),
}));

// Shops and money: Shopify, Square, Adyen, Razorpay, GoCardless, Paddle, Mercado Pago, Coinbase, Braintree

verifies('@shopify/shopify-api', ['shopify'], async (r) => {
  await import('@shopify/shopify-api/adapters/node');
  const { shopifyApi, ApiVersion } = await import('@shopify/shopify-api');
  const shopify = shopifyApi({
    apiKey: 'key',
    apiSecretKey: r.secret,
    hostName: 'h.test',
    apiVersion: Object.values(ApiVersion)[0],
    isEmbeddedApp: false,
    logger: { log() {} },
  });
  const rest = { topic: 'orders/create', domain: 's.test', 'api-version': '1', 'webhook-id': '1' };
  const headers = Object.fromEntries(Object.entries(rest).map(([name, value]) => [`X-Shopify-${name}`, value]));
  headers['X-Shopify-Shop-Domain'] = 's.test';
  headers['X-Shopify-Hmac-Sha256'] = r.header('X-Shopify-Hmac-Sha256');
  const rawRequest = { method: 'POST', url: '/', headers };
  const answer = await shopify.webhooks.validate({ rawBody: r.body, rawRequest });
  if (!answer.valid) throw new Error(answer.reason);
  return true;
});
signs('@shopify/shopify-api', ['shopify'], (r) => ({ 'X-Shopify-Hmac-Sha256': base64(r.secret, r.body) }));

verifies('square', ['square'], async (r) => {
  const { WebhooksHelper } = await load('square');
  return WebhooksHelper.verifySignature({
    requestBody: r.body,
    signatureHeader: r.header('x-square-hmacsha256-signature'),
    signatureKey: r.secret,
    notificationUrl: r.url,
  });
});
signs('square', ['square'], (r) => ({ 'x-square-hmacsha256-signature': base64(r.secret, r.url + r.body) }));

const adyen = async () => new (await load('@adyen/api-library')).hmacValidator();
verifies('@adyen/api-library', ['adyen-header'], async (r) =>
  (await adyen()).validateHMACSignature(r.secret, r.header('HmacSignature'), r.body));
signs('@adyen/api-library', ['adyen-header'], async (r) => ({
  HmacSignature: (await adyen()).calculateHmac(r.body, r.secret),
}));
verifies('@adyen/api-library', ['adyen-standard'], async (r) =>
  (await adyen()).validateHMAC(JSON.parse(r.body).notificationItems[0].NotificationRequestItem, r.secret));
signs('@adyen/api-library', ['adyen-standard'], async (r) => {
  const body = JSON.parse(r.body);
  const item = body.notificationItems[0].NotificationRequestItem;
  item.additionalData = { hmacSignature: (await adyen()).calculateHmac(item, r.secret) };
  return { body: JSON.stringify(body) };
});

verifies('razorpay', ['razorpay'], async (r) => {
  const { default: Razorpay } = await import('razorpay');
  return Razorpay.validateWebhookSignature(r.body, r.header('X-Razorpay-Signature'), r.secret);
});
signs('razorpay', ['razorpay'], (r) => ({ 'X-Razorpay-Signature': hex(r.secret, r.body) }));

verifies('gocardless-nodejs', ['gocardless'], async (r) => {
  const { verifySignature } = await load('gocardless-nodejs');
  return passes(verifySignature(r.body, r.secret, r.header('Webhook-Signature')));
});
signs('gocardless-nodejs', ['gocardless'], (r) => ({ 'Webhook-Signature': hex(r.secret, r.body) }));

verifies('@paddle/paddle-node-sdk', ['paddle'], async (r) => {
  const { Paddle } = await load('@paddle/paddle-node-sdk');
  const { webhooks } = new Paddle('none');
  return webhooks.isSignatureValid(r.body, r.secret, r.header('Paddle-Signature'));
});
signs('@paddle/paddle-node-sdk', ['paddle'], (r) => ({
  'Paddle-Signature': `ts=${r.now};h1=${hex(r.secret, `${r.now}:${r.body}`)}`,
}));

const dataId = (r) => new URL(r.url).searchParams.get('data.id');
verifies('mercadopago', ['mercadopago'], async (r) => {
  const { WebhookSignatureValidator } = await load('mercadopago');
  WebhookSignatureValidator.validate({
    xSignature: r.header('x-signature'),
    xRequestId: r.header('x-request-id'),
    dataId: dataId(r),
    secret: r.secret,
    toleranceSeconds: 300,
  });
  return true;
});
signs('mercadopago', ['mercadopago'], (r) => {
  const signature = hex(r.secret, `id:${dataId(r)};request-id:req-1;ts:${r.now};`);
  return { 'x-signature': `ts=${r.now},v1=${signature}`, 'x-request-id': 'req-1' };
});

verifies('coinbase-commerce-node', ['coinbase-commerce'], async (r) => {
  const { Webhook } = await load('coinbase-commerce-node');
  return Webhook.verifySigHeader(r.body, r.header('X-CC-Webhook-Signature'), r.secret);
});
signs('coinbase-commerce-node', ['coinbase-commerce'], async (r) => {
  const { Webhook } = await load('coinbase-commerce-node');
  return { 'X-CC-Webhook-Signature': Webhook.computeSignature(r.body, r.secret) };
});

const braintree = async (r) => {
  const { BraintreeGateway, Environment } = await load('braintree');
  const keys = { merchantId: 'merchant', publicKey: 'public', privateKey: r.secret };
  return new BraintreeGateway({ environment: Environment.Sandbox, ...keys });
};
verifies('braintree', ['braintree'], async (r) => {
  const { bt_signature: signature, bt_payload: payload } = form(r);
  return passes((await braintree(r)).webhookNotification.parse(signature, payload));
});
signs('braintree', ['braintree'], async (r) => {
  const made = (await braintree(r)).webhookTesting.sampleNotification('subscription_canceled', 'id');
  return { body: new URLSearchParams(await made).toString() };
});

// Business: HubSpot, WorkOS, Box, EasyPost, Pusher, ElevenLabs, Retell, Inngest, Linear, Webflow, Mux, ...

const hubspot = async (r, version) => {
  const { Signature } = await load('@hubspot/api-client');
  const isV3 = version === 'v3';
  return {
    Signature,
    options: {
      signatureVersion: version,
      method: r.method,
      clientSecret: r.secret,
      requestBody: r.body,
      url: r.url,
      timestamp: isV3 ? Number(r.header('X-HubSpot-Request-Timestamp') ?? r.now * 1000) : undefined,
      signature: r.header(isV3 ? 'X-HubSpot-Signature-v3' : 'X-HubSpot-Signature'),
    },
  };
};
for (const version of ['v1', 'v2', 'v3']) {
  verifies('@hubspot/api-client', [`hubspot-${version}`], async (r) => {
    const { Signature, options } = await hubspot(r, version);
    return Signature.isValid(options);
  });
  signs('@hubspot/api-client', [`hubspot-${version}`], async (r) => {
    const { Signature, options } = await hubspot(r, version);
    const signature = Signature.getSignature(r.method, version, options);
    return version === 'v3'
      ? { 'X-HubSpot-Signature-v3': signature, 'X-HubSpot-Request-Timestamp': String(options.timestamp) }
      : { 'X-HubSpot-Signature': signature, 'X-HubSpot-Signature-Version': version };
  });
}

verifies('@workos-inc/node', ['workos'], async (r) => {
  const { WorkOS } = await load('@workos-inc/node');
  const { webhooks } = new WorkOS('sk_none');
  const options = { payload: JSON.parse(r.body), sigHeader: r.header('WorkOS-Signature'), secret: r.secret };
  return webhooks.verifyHeader(options);
});
signs('@workos-inc/node', ['workos'], (r) => ({
  'WorkOS-Signature': `t=${r.now * 1000}, v1=${hex(r.secret, `${r.now * 1000}.${r.body}`)}`,
}));

verifies('box-node-sdk', ['box'], async (r) => {
  const { WebhooksManager } = await load('box-node-sdk/managers');
  return WebhooksManager.validateMessage(r.body, r.lines, r.secret);
});
signs('box-node-sdk', ['box'], (r) => {
  const at = new Date(r.now * 1000).toISOString().replace('.000', '');
  return {
    'box-signature-version': '1',
    'box-signature-algorithm': 'HmacSHA256',
    'box-delivery-timestamp': at,
    'box-signature-primary': base64(r.secret, r.body + at),
  };
});

verifies('@easypost/api', ['easypost'], async (r) => {
  const { default: EasyPost } = await import('@easypost/api');
  new EasyPost('none').Utils.validateWebhook(Buffer.from(r.body), r.lines, r.secret);
  return true;
});
signs('@easypost/api', ['easypost'], (r) => ({
  'X-Hmac-Signature': `hmac-sha256-hex=${hex(r.secret, r.body)}`,
}));

verifies('pusher', ['pusher'], async (r) => {
  const { default: Pusher } = await import('pusher');
  const client = new Pusher({ appId: '1', key: 'key', secret: r.secret, cluster: 'eu' });
  const headers = { ...r.lines, 'x-pusher-key': 'key', 'content-type': 'application/json' };
  return client.webhook({ rawBody: r.body, headers }).isValid();
});
signs('pusher', ['pusher'], (r) => ({ 'X-Pusher-Key': 'key', 'X-Pusher-Signature': hex(r.secret, r.body) }));

verifies('@elevenlabs/elevenlabs-js', ['elevenlabs'], async (r) => {
  const { ElevenLabsClient } = await load('@elevenlabs/elevenlabs-js');
  const { webhooks } = new ElevenLabsClient({ apiKey: 'none' });
  return passes(webhooks.constructEvent(r.body, r.header('ElevenLabs-Signature'), r.secret));
});
signs('@elevenlabs/elevenlabs-js', ['elevenlabs'], (r) => ({
  'ElevenLabs-Signature': `t=${r.now},v0=${hex(r.secret, `${r.now}.${r.body}`)}`,
}));

verifies('retell-sdk', ['retell'], async (r) => {
  const { verify } = await load('retell-sdk/lib/webhook_auth.js');
  return verify(r.body, r.secret, r.header('x-retell-signature'));
});
signs('retell-sdk', ['retell'], async (r) => {
  const { symmetric } = await load('retell-sdk/lib/webhook_auth.js');
  return { 'x-retell-signature': await symmetric.sign(r.body, r.secret, r.now * 1000) };
});

// The check that its handler for every framework makes of the body it has parsed.
verifies('inngest', ['inngest'], async (r) => {
  const { Inngest, InngestCommHandler } = await load('inngest');
  const client = new Inngest({ id: 'app', isDev: false, signingKey: r.secret });
  const handler = new InngestCommHandler({ frameworkName: 'none', client, functions: [], handler() {} });
  const answer = await handler.validateSignature(r.header('x-inngest-signature'), JSON.parse(r.body));
  if (!answer.success) throw answer.err;
  return true;
});
signs('inngest', ['inngest'], async (r) => {
  const { default: canonicalize } = await import('canonicalize');
  const key = r.secret.replace(/^signkey-\w+-/, '');
  return { 'x-inngest-signature': `t=${r.now}&s=${hex(key, canonicalize(JSON.parse(r.body)) + r.now)}` };
});

verifies('@linear/sdk', ['linear'], async (r) => {
  const { LinearWebhookClient } = await load('@linear/sdk/webhooks');
  return new LinearWebhookClient(r.secret).verify(Buffer.from(r.body), r.header('Linear-Signature'));
});
signs('@linear/sdk', ['linear'], (r) => ({ 'Linear-Signature': hex(r.secret, r.body) }));

verifies('webflow-api', ['webflow'], async (r) => {
  const { WebflowClient } = await load('webflow-api');
  const { webhooks } = new WebflowClient({ accessToken: 'none' });
  return webhooks.verifySignature({ headers: r.lines, body: r.body, secret: r.secret });
});
signs('webflow-api', ['webflow'], (r) => ({
  'x-webflow-timestamp': String(r.now * 1000),
  'x-webflow-signature': hex(r.secret, `${r.now * 1000}:${r.body}`),
}));

verifies('@oracle/bots-node-sdk', ['oracle-digital-assistant'], async (r) => {
  const { webhookUtil } = (await load('@oracle/bots-node-sdk/util/index.js'));
  return webhookUtil.verifyMessageFromBot(r.header('X-Hub-Signature'), Buffer.from(r.body), 'utf8', r.secret);
});
signs('@oracle/bots-node-sdk', ['oracle-digital-assistant'], async (r) => {
  const { webhookUtil } = (await load('@oracle/bots-node-sdk/util/index.js'));
  return { 'X-Hub-Signature': webhookUtil.buildSignatureHeader(Buffer.from(r.body), r.secret) };
});

verifies('@mux/mux-node', ['mux'], async (r) => {
  const { default: Mux } = await import('@mux/mux-node');
  const client = new Mux({ tokenId: 'none', tokenSecret: 'none' });
  return passes(client.webhooks.verifySignature(r.body, r.lines, r.secret));
});
signs('@mux/mux-node', ['mux'], (r) => ({
  'Mux-Signature': `t=${r.now},v1=${hex(r.secret, `${r.now}.${r.body}`)}`,
}));

verifies('@sanity/webhook', ['sanity'], async (r) => {
  const { isValidSignature } = await load('@sanity/webhook');
  return isValidSignature(r.body, r.header('sanity-webhook-signature'), r.secret);
});
signs('@sanity/webhook', ['sanity'], async (r) => {
  const { encodeSignatureHeader } = await load('@sanity/webhook');
  return { 'sanity-webhook-signature': await encodeSignatureHeader(r.body, r.now * 1000, r.secret) };
});

const contentful = (r, headers) => {
  const { pathname, search } = new URL(r.url);
  return { method: r.method, path: pathname + search, headers, body: r.body };
};
verifies('@contentful/node-apps-toolkit', ['contentful'], async (r) => {
  const { verifyRequest } = await load('@contentful/node-apps-toolkit');
  return verifyRequest(r.secret, contentful(r, r.lines));
});
signs('@contentful/node-apps-toolkit', ['contentful'], async (r) => {
  const { signRequest } = await load('@contentful/node-apps-toolkit');
  const topic = { 'x-contentful-topic': 'Entry.publish' };
  return { ...topic, ...signRequest(r.secret, contentful(r, topic), r.now * 1000) };
});

verifies('@hygraph/utils', ['hygraph'], async (r) => {
  const { verifyWebhookSignature } = await load('@hygraph/utils');
  const body = JSON.parse(r.body);
  return verifyWebhookSignature({ body, signature: r.header('gcms-signature'), secret: r.secret });
});
signs('@hygraph/utils', ['hygraph'], (r) => {
  const payload = JSON.stringify({ Body: r.body, EnvironmentName: 'master', TimeStamp: r.now * 1000 });
  const signature = base64(r.secret, payload);
  return { 'gcms-signature': `sign=${signature}, env=master, t=${r.now * 1000}` };
});

verifies('@fingerprintjs/fingerprintjs-pro-server-api', ['fingerprint'], async (r) => {
  const { isValidWebhookSignature } = await load('@fingerprintjs/fingerprintjs-pro-server-api');
  const header = r.header('fpjs-event-signature');
  return isValidWebhookSignature({ header, data: Buffer.from(r.body), secret: r.secret });
});
signs('@fingerprintjs/fingerprintjs-pro-server-api', ['fingerprint'], (r) => ({
  'fpjs-event-signature': `v1=${hex(r.secret, r.body)}`,
}));

verifies('@onfido/api', ['onfido'], async (r) => {
  const { WebhookEventVerifier } = await load('@onfido/api');
  return passes(new WebhookEventVerifier(r.secret).readPayload(r.body, r.header('X-SHA2-Signature')));
});
signs('@onfido/api', ['onfido'], (r) => ({ 'X-SHA2-Signature': hex(r.secret, r.body) }));

// Certificates that libraries fetch: from here, whatever the address

const served = (text) => {
  const answer = Readable.from([Buffer.from(text)]);
  return Object.assign(answer, { statusCode: 200 });
};
let certificate = '';
https.get = (...args) => {
  setImmediate(() => args.at(-1)(served(certificate)));
  return { on() {}, end() {} };
};
const rsa = (r, content) => crypto.sign('sha256', Buffer.from(content), r.secret).toString('base64');
const certificates = (pem) => pem.match(/-----BEGIN[^]+?END CERTIFICATE-----/g);

const SNS = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
const sns = (digest) => (r) => {
  const message = JSON.parse(r.body);
  const content = SNS.filter((name) => name in message).map((name) => `${name}\n${message[name]}\n`).join('');
  message.Signature = crypto.sign(digest, Buffer.from(content), r.secret).toString('base64');
  return { body: JSON.stringify(message) };
};
verifies('sns-validator', ['aws-sns', 'aws-sns-v1'], async (r) => {
  const { default: Validator } = await import('sns-validator');
  certificate = certificates(r.certificate)[0];
  await promisify((call) => new Validator().validate(r.body, call))();
  return true;
});
verifies('sns-payload-validator', ['aws-sns', 'aws-sns-v1'], async (r) => {
  const { default: Validator } = await import('sns-payload-validator');
  certificate = certificates(r.certificate)[0];
  return passes(new Validator({ useCache: false }).validate(r.body));
});
for (const sdk of ['sns-validator', 'sns-payload-validator']) {
  signs(sdk, ['aws-sns'], sns('sha256'));
  signs(sdk, ['aws-sns-v1'], sns('sha1'));
}

verifies('ask-sdk-express-adapter', ['alexa'], async (r) => {
  const { SkillRequestSignatureVerifier, TimestampVerifier } = await load('ask-sdk-express-adapter');
  const { default: forge } = await import('node-forge');
  const { createCaStore } = forge.pki;
  certificate = r.certificate;
  const [, authority] = certificates(r.certificate);
  forge.pki.createCaStore = (trusted) => createCaStore([...trusted, authority]);
  await new SkillRequestSignatureVerifier().verify(r.body, r.lines);
  return passes(new TimestampVerifier().verify(r.body));
});
signs('ask-sdk-express-adapter', ['alexa'], (r) => ({
  'Signature-256': rsa(r, r.body),
  SignatureCertChainUrl: 'https://s3.amazonaws.com/echo.api/echo-api-cert-4.pem',
}));

verifies('event-notification-nodejs-sdk', ['ebay'], async (r) => {
  const client = require('event-notification-nodejs-sdk/lib/client.js');
  client.getPublicKey = async () => ({ key: r.secret.replaceAll('\n', '') });
  const keys = { clientId: 'id', clientSecret: 'none' };
  const config = { PRODUCTION: keys, SANDBOX: keys };
  const { process: judge } = require('event-notification-nodejs-sdk');
  return (await judge(JSON.parse(r.body), r.header('X-EBAY-SIGNATURE'), config, 'PRODUCTION')) === 204;
});
signs('event-notification-nodejs-sdk', ['ebay'], (r) => {
  const signature = crypto.sign('sha1', Buffer.from(r.body), r.secret).toString('base64');
  const header = { alg: 'ecdsa', kid: 'key-1', signature, digest: 'SHA1' };
  return { 'X-EBAY-SIGNATURE': Buffer.from(JSON.stringify(header)).toString('base64') };
});

const der = (pem) => new crypto.X509Certificate(pem).raw;
verifies('@apple/app-store-server-library', ['app-store'], async (r) => {
  const { SignedDataVerifier } = await load('@apple/app-store-server-library');
  const root = der(certificates(r.certificate).at(-1));
  const verifier = new SignedDataVerifier([root], false, 'Sandbox', 'com.example.app');
  return passes(verifier.verifyAndDecodeNotification(JSON.parse(r.body).signedPayload));
});
signs('@apple/app-store-server-library', ['app-store'], (r) => {
  const x5c = certificates(r.certificate).map((pem) => der(pem).toString('base64'));
  const parts = [JSON.stringify({ alg: 'ES256', x5c }), r.body].map((part) => Buffer.from(part).toString('base64url'));
  const key = { key: r.secret, dsaEncoding: 'ieee-p1363' };
  const signature = crypto.sign('sha256', Buffer.from(parts.join('.')), key).toString('base64url');
  return { body: JSON.stringify({ signedPayload: `${parts.join('.')}.${signature}` }) };
});

verifies('wechatpay-node-v3', ['wechat-pay'], async (r) => {
  const { default: module } = await import('wechatpay-node-v3');
  const Pay = module.default ?? module;
  Pay.certificates = { [r.header('Wechatpay-Serial')]: r.secret };
  const [timestamp, nonce, serial, signature] =
    ['Timestamp', 'Nonce', 'Serial', 'Signature'].map((name) => r.header(`Wechatpay-${name}`));
  return Pay.prototype.verifySign({ timestamp, nonce, serial, signature, body: r.body });
});
signs('wechatpay-node-v3', ['wechat-pay'], (r) => ({
  'Wechatpay-Signature': rsa(r, `${r.now}\nnonce\n${r.body}\n`),
  'Wechatpay-Timestamp': String(r.now),
  'Wechatpay-Nonce': 'nonce',
  'Wechatpay-Serial': 'PUB_KEY_ID_1',
  'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
}));

verifies('alipay-sdk', ['alipay'], async (r) => {
  const { AlipaySdk } = await load('alipay-sdk');
  const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  const own = privateKey.export({ type: 'pkcs1', format: 'pem' });
  const client = new AlipaySdk({ appId: 'app', privateKey: own, alipayPublicKey: r.secret });
  return client.checkNotifySignV2(form(r));
});
signs('alipay-sdk', ['alipay'], (r) => {
  const pairs = Object.entries(form(r)).filter(([name]) => name !== 'sign_type').sort();
  const sign = rsa(r, pairs.map(([name, value]) => `${name}=${value}`).join('&'));
  return { body: `${r.body}&${new URLSearchParams({ sign })}` };
});

// More senders: Cashfree, Cloudinary, Dropbox Sign, Hookdeck, Kontent.ai, Notion, Orb, Sinch, Stream, ...

verifies('cashfree-pg', ['cashfree'], async (r) => {
  const { Cashfree } = await load('cashfree-pg');
  const client = new Cashfree(Cashfree.SANDBOX, 'id', r.secret);
  const header = (name) => r.header(`x-webhook-${name}`);
  client.PGVerifyWebhookSignature(header('signature'), r.body, header('timestamp'));
  return true;
});
signs('cashfree-pg', ['cashfree'], (r) => ({
  'x-webhook-signature': base64(r.secret, `${r.now * 1000}${r.body}`),
  'x-webhook-timestamp': String(r.now * 1000),
}));

const cloudinary = async (r) => {
  const { v2 } = await load('cloudinary');
  v2.config({ api_secret: r.secret, signature_algorithm: r.scheme === 'cloudinary' ? 'sha1' : 'sha256' });
  return v2.utils;
};
verifies('cloudinary', ['cloudinary', 'cloudinary-sha256'], async (r) => {
  const at = Number(r.header('X-Cld-Timestamp'));
  return (await cloudinary(r)).verifyNotificationSignature(r.body, at, r.header('X-Cld-Signature'));
});
signs('cloudinary', ['cloudinary', 'cloudinary-sha256'], async (r) => ({
  'X-Cld-Timestamp': String(r.now),
  'X-Cld-Signature': (await cloudinary(r)).webhook_signature(r.body, r.now, {
    api_secret: r.secret,
    signature_algorithm: r.scheme === 'cloudinary' ? 'sha1' : 'sha256',
  }),
}));

verifies('@dropbox/sign', ['dropbox-sign'], async (r) => {
  const { EventCallbackHelper, EventCallbackRequest } = await load('@dropbox/sign');
  return EventCallbackHelper.isValid(r.secret, EventCallbackRequest.init(JSON.parse(r.body)));
});
signs('@dropbox/sign', ['dropbox-sign'], (r) => {
  const { event } = JSON.parse(r.body);
  event.event_hash = hex(r.secret, event.event_time + event.event_type);
  return { body: JSON.stringify({ event }) };
});

verifies('@hookdeck/sdk', ['hookdeck'], async (r) => {
  const { verifyWebhookSignature } = await load('@hookdeck/sdk/webhooks/helpers.js');
  const answer = await verifyWebhookSignature({ headers: r.lines, rawBody: r.body, signingSecret: r.secret });
  return answer.isValidSignature;
});
signs('@hookdeck/sdk', ['hookdeck'], (r) => ({ 'x-hookdeck-signature': base64(r.secret, r.body) }));

verifies('@kontent-ai/webhook-helper', ['kontent-ai'], async (r) => {
  const { signatureHelper } = await load('@kontent-ai/webhook-helper');
  return signatureHelper.isValidSignatureFromString(r.body, r.secret, r.header('X-Kontent-ai-Signature'));
});
signs('@kontent-ai/webhook-helper', ['kontent-ai'], async (r) => {
  const { signatureHelper } = await load('@kontent-ai/webhook-helper');
  return { 'X-Kontent-ai-Signature': signatureHelper.getHashFromString(r.body, r.secret) };
});

verifies('@notionhq/client', ['notion'], async (r) => {
  const { verifyWebhookSignature } = await load('@notionhq/client');
  const signature = r.header('X-Notion-Signature');
  return verifyWebhookSignature({ body: r.body, signature, verificationToken: r.secret });
});
signs('@notionhq/client', ['notion'], async (r) => {
  const { signWebhookPayload } = await load('@notionhq/client');
  return { 'X-Notion-Signature': await signWebhookPayload({ body: r.body, verificationToken: r.secret }) };
});

const orb = async () => {
  const { default: Orb } = await import('orb-billing');
  return new Orb({ apiKey: 'none' }).webhooks;
};
verifies('orb-billing', ['orb'], async (r) => {
  (await orb()).verifySignature(r.body, r.lines, r.secret);
  return true;
});
signs('orb-billing', ['orb'], async (r) => {
  const timestamp = new Date(r.now * 1000).toISOString().replace('Z', '');
  return {
    'X-Orb-Timestamp': timestamp,
    'X-Orb-Signature': (await orb()).signPayload(r.body, { timestamp, secret: r.secret }),
  };
});

// Its entry asks for the version of a package that it does not bring.
const sinch = async () => require(`${process.cwd()}/node_modules/@sinch/sdk-client/dist/utils/authorization.helper.js`);
verifies('@sinch/sdk-client', ['sinch-numbers'], async (r) =>
  (await sinch()).validateSignatureHeader(r.secret, r.lines, r.body));
signs('@sinch/sdk-client', ['sinch-numbers'], (r) => ({ 'X-Sinch-Signature': hex(r.secret, r.body, 'sha1') }));
verifies('@sinch/sdk-client', ['sinch-conversation'], async (r) =>
  (await sinch()).validateWebhookSignature(r.secret, r.lines, r.body));
signs('@sinch/sdk-client', ['sinch-conversation'], async (r) => {
  const { computeSignedData, calculateWebhookSignature } = await sinch();
  const prefix = 'x-sinch-webhook-signature';
  return {
    [prefix]: calculateWebhookSignature(computeSignedData(r.body, 'nonce', String(r.now)), r.secret),
    [`${prefix}-nonce`]: 'nonce',
    [`${prefix}-timestamp`]: String(r.now),
  };
});
verifies('@sinch/sdk-client', ['sinch-callback'], async (r) => {
  const { validateAuthenticationHeader } = await sinch();
  const { pathname } = new URL(r.url);
  return validateAuthenticationHeader('1', r.secret, r.lines, r.body, pathname, r.method);
});
signs('@sinch/sdk-client', ['sinch-callback'], async (r) => {
  const { generateAuthorizationHeader } = await sinch();
  const at = new Date(r.now * 1000).toISOString();
  const type = 'application/json';
  const { pathname } = new URL(r.url);
  const header = generateAuthorizationHeader(r.method, r.body, type, `x-timestamp:${at}`, pathname, '1', r.secret);
  return { 'Content-Type': type, 'x-timestamp': at, Authorization: header };
});

verifies('stream-chat', ['stream'], async (r) => {
  const { StreamChat } = await load('stream-chat');
  return new StreamChat('key', r.secret).verifyWebhook(r.body, r.header('X-Signature'));
});
signs('stream-chat', ['stream'], (r) => ({ 'X-Signature': hex(r.secret, r.body) }));

verifies('uploadthing', ['uploadthing'], async (r) => {
  const { verifySignature } = await import('@uploadthing/shared');
  const { Micro, Redacted } = await import('effect');
  const signature = r.header('x-uploadthing-signature');
  return Micro.runPromise(verifySignature(r.body, signature, Redacted.make(r.secret)));
});
signs('uploadthing', ['uploadthing'], async (r) => {
  const { signPayload } = await import('@uploadthing/shared');
  const { Micro, Redacted } = await import('effect');
  return { 'x-uploadthing-signature': await Micro.runPromise(signPayload(r.body, Redacted.make(r.secret))) };
});

verifies('@zoom/rivet', ['zoom'], async (r) => {
  const { AwsLambdaReceiver } = await import('@zoom/rivet/meetings');
  const receive = new AwsLambdaReceiver({ webhooksSecretToken: r.secret }).start();
  const answer = await receive({ body: r.body, headers: r.lines, isBase64Encoded: false }, {});
  return answer.statusCode === 200;
});
signs('@zoom/rivet', ['zoom'], (r) => ({
  'x-zm-request-timestamp': String(r.now),
  'x-zm-signature': `v0=${hex(r.secret, `v0:${r.now}:${r.body}`)}`,
}));

verifies('chargebee', ['chargebee'], async (r) => {
  const { basicAuthValidator } = await load('chargebee');
  const [user, password] = r.secret.split(':');
  return passes(basicAuthValidator((one, other) => one === user && other === password)(r.lines));
});
signs('chargebee', ['chargebee'], (r) => ({
  Authorization: `Basic ${Buffer.from(r.secret).toString('base64')}`,
}));

// What senders without a library that does it here have the reader do: the lines of their documentation, of a
// sample of theirs, or of the program that sends

const CODE = 'documented code';
const ms = (name) => ({ name, of: (r) => String(r.now * 1000) });
const seconds = (name) => ({ name, of: (r) => String(r.now) });
const moment = (name) => ({ name, of: (r) => new Date(r.now * 1000).toISOString() });
/** The body as those write it again who have parsed it. */
const rewritten = (r) => JSON.stringify(JSON.parse(r.body));
for (const [scheme, header, value, time] of [
  // https://www.aftership.com/docs/returns/2025-04/webhook/signature
  ['aftership', 'as-signature-hmac-sha256', (r) => base64(r.secret, r.body)],
  // https://www.aftership.com/docs/tracking/webhook/webhook-signature
  ['aftership-tracking', 'aftership-hmac-sha256', (r) => base64(r.secret, r.body)],
  // https://www.airwallex.com/docs/developer-tools__listen-for-webhook-events__code-examples
  ['airwallex', 'x-signature', (r, t) => hex(r.secret, t + r.body), ms('x-timestamp')],
  // https://docs.aiprise.com/docs/callbacks-authentication
  ['aiprise', 'X-HMAC-SIGNATURE', (r) => hex(r.secret, r.body)],
  // https://api.akeneo.com/events-documentation/security.html
  ['akeneo', 'X-Akeneo-Request-Signature', (r, t) => hex(r.secret, `${t}.${r.body}`), seconds('X-Akeneo-Request-Timestamp')],
  // https://github.com/Asana/devrel-examples (javascript/webhooks-nodejs/index.js)
  ['asana', 'X-Hook-Signature', (r) => hex(r.secret, rewritten(r))],
  // https://developers.useascend.com/docs/webhooks
  ['ascend', 'X-Ascend-Signature', (r, t) => `t=${t},v1=${hex(r.secret, `${t}:${r.body}`)}`, seconds('X-Ascend-Request-Timestamp')],
  // https://developers.ashbyhq.com/docs/authenticating-webhooks
  ['ashby', 'Ashby-Signature', (r) => `sha256=${hex(r.secret, r.body)}`],
  // https://docs.attentive.com/pages/webhooks/webhook-authentication/
  ['attentive', 'x-attentive-hmac-sha256', (r) => hex(r.secret, r.body)],
  // https://docs.attio.com/rest-api/guides/webhooks
  ['attio', 'Attio-Signature', (r) => hex(r.secret, r.body)],
  // https://www.autotask.net/help/developerhelp/Content/APIs/Webhooks/SecretKeyPayloadVerification.htm
  ['autotask', 'X-Hook-Signature', (r) => `sha1=${base64(r.secret, r.body, 'sha1')}`],
  // https://botpress.com/reference/authentication-1
  ['botpress-chat', 'x-signature', (r) => hex(r.secret, rewritten(r))],
  // https://github.com/calcom/cal.com (packages/features/webhooks/lib/sendPayload.ts)
  ['calcom', 'X-Cal-Signature-256', (r) => hex(r.secret, r.body)],
  // https://github.com/checkr/webhook-verification-examples (verify_signature.js)
  ['checkr', 'X-Checkr-Signature', (r) => hex(r.secret, r.body)],
  // https://developer.clickup.com/docs/webhooksignature
  ['clickup', 'X-Signature', (r) => hex(r.secret, r.body)],
  // https://developer.close.com/topics/webhooks/
  ['close-crm', 'close-sig-hash', (r, t) => hex(Buffer.from(r.secret, 'hex'), t + r.body), seconds('close-sig-timestamp')],
  // https://docs.cursor.com/en/background-agent/api/webhooks
  ['cursor', 'X-Webhook-Signature', (r) => `sha256=${hex(r.secret, r.body)}`],
  // https://www.docusign.com/blog/developers/manually-authenticating-hmac-signatures-docusign-connect-webhook-configurations
  ['docusign', 'X-DocuSign-Signature-1', (r) => base64(r.secret, r.body)],
  // https://github.com/dropbox/mdwebhook (app.py)
  ['dropbox', 'X-Dropbox-Signature', (r) => hex(r.secret, r.body)],
  // https://developers.enode.com/docs/webhooks
  ['enode', 'x-enode-signature', (r) => `sha1=${hex(r.secret, r.body, 'sha1')}`],
  // https://faundit.gitbook.io/faundit-api-v2/webhooks
  ['faundit', 'X-Faundit-Signature-Next', (r, t) => hex(r.secret, `v1:${t}:${r.body}`), seconds('X-Faundit-Timestamp')],
  // https://developer.fastspring.com/reference/message-security
  ['fastspring', 'X-FS-Signature', (r) => base64(r.secret, r.body)],
  // https://github.com/Favro/FavroRICECalculator (index.js)
  ['favro', 'X-Favro-Webhook', (r) => base64(r.secret, JSON.parse(r.body).payloadId + r.url, 'sha1')],
  // https://codeberg.org/forgejo/forgejo (services/webhook/shared/payloader.go)
  ['forgejo', 'X-Forgejo-Signature', (r) => hex(r.secret, r.body)],
  // https://docs.fourthwall.com/webhooks/signature-verification
  ['fourthwall', 'X-Fourthwall-Hmac-SHA256', (r) => base64(r.secret, r.body)],
  // https://dev.frontapp.com/docs/application-webhooks
  ['front', 'X-Front-Signature', (r, t) => base64(r.secret, `${t}:${r.body}`), ms('X-Front-Request-Timestamp')],
  // https://developer.genesys.cloud/commdigital/digital/openmessaging/validate.html
  ['genesys-open-messaging', 'X-Hub-Signature-256', (r) => `sha256=${base64(r.secret, rewritten(r))}`],
  // https://developer.nylas.com/docs/cookbook/use-cases/build/verify-webhook-signatures/
  ['nylas', 'x-nylas-signature', (r) => hex(r.secret, r.body)],
  // https://github.com/huggingface/hub-docs (docs/hub/webhooks.md)
  ['huggingface', 'X-Webhook-Secret', (r) => r.secret],
  // https://github.com/intercom-archive/intercom-webhooks (node/index.js)
  ['intercom', 'X-Hub-Signature', (r) => `sha1=${hex(r.secret, r.body, 'sha1')}`],
  // https://github.com/GetJobber/Jobber-AppTemplate-RailsAPI (app/controllers/webhooks/webhook_receiver_controller.rb)
  ['jobber', 'X-Jobber-Hmac-SHA256', (r) => base64(r.secret, JSON.stringify({ data: JSON.parse(r.body).data }))],
  // https://github.com/launchdarkly/LaunchDarkly-Docs (apidocs/webhooks.md)
  ['launchdarkly', 'X-LD-Signature', (r) => hex(r.secret, r.body)],
  // https://github.com/OfficeDev/msteams-samples-outgoing-webhook-nodejs (app.js)
  ['ms-teams-outgoing', 'Authorization', (r) => `HMAC ${base64(Buffer.from(r.secret, 'base64'), r.body)}`],
  // @paystack-oss/dev-cli 1.0.0-nightly.0 (src/lib/paystack.js)
  ['paystack', 'x-paystack-signature', (r) => hex(r.secret, rewritten(r), 'sha512')],
  // https://github.com/picqer/picqer-php (src/PicqerWebhook.php)
  ['picqer', 'X-Picqer-Signature', (r) => base64(r.secret, r.body)],
  // https://github.com/IntuitDeveloper/SampleApp-Webhooks-nodejs (util/util.js)
  ['quickbooks', 'intuit-signature', (r) => base64(r.secret, r.body)],
  // https://github.com/getsentry/sentry (src/sentry/sentry_apps/models/sentry_app.py)
  ['sentry', 'Sentry-Hook-Signature', (r) => hex(r.secret, r.body)],
  // https://doc.toasttab.com/doc/devguide/apiMessageSigning.html
  ['toast', 'Toast-Signature', (r) => base64(r.secret, r.body + JSON.parse(r.body).timestamp)],
  // https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks
  ['trello', 'X-Trello-Webhook', (r) => base64(r.secret, r.body + r.url, 'sha1')],
  // https://www.typeform.com/developers/webhooks/secure-your-webhooks/
  ['typeform', 'Typeform-Signature', (r) => `sha256=${base64(r.secret, r.body)}`],
  // https://developer.webex.com/blog/using-a-webhook-secret
  ['webex', 'X-Spark-Signature', (r) => hex(r.secret, r.body, 'sha1')],
  // https://github.com/woocommerce/woocommerce (plugins/woocommerce/includes/class-wc-webhook.php)
  ['woocommerce', 'X-WC-Webhook-Signature', (r) => base64(r.secret, r.body)],
  // https://github.com/XeroAPI/Xero-NetStandard-Webhooks-Receiver (Controllers/WebhooksController.cs)
  ['xero', 'x-xero-signature', (r) => base64(r.secret, r.body)],
  // https://developer.zendesk.com/documentation/webhooks/verifying/
  ['zendesk', 'X-Zendesk-Webhook-Signature', (r, t) => base64(r.secret, t + r.body), moment('X-Zendesk-Webhook-Signature-Timestamp')],
]) {
  verifies(CODE, [scheme], async (r) => r.header(header) === value(r, time && r.header(time.name)));
  signs(CODE, [scheme], (r) => ({
    ...(time && { [time.name]: time.of(r) }),
    [header]: value(r, time?.of(r)),
  }));
}

// https://github.com/BridgeAPI-Io/Plugin-Sylius-Bridge (src/Service/BridgeWebhookService.php)
verifies(CODE, ['bridge-api'], async (r) => {
  const signatures = r.header('BridgeApi-Signature').split(',');
  if (!signatures.every((one) => one.startsWith('v1='))) throw new Error('wrong prefix');
  return signatures.some((one) => one.slice(3) === hex(r.secret, r.body).toUpperCase());
});
signs(CODE, ['bridge-api'], (r) => ({
  'BridgeApi-Signature': `v1=${hex(r.secret, r.body).toUpperCase()}`,
}));

// https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures, as receivers carry it
verifies(CODE, ['calendly'], async (r) => {
  const { t, v1 } = items(r.header('Calendly-Webhook-Signature'));
  return t && v1 && v1 === hex(r.secret, `${t}.${r.body}`) && Number(t) * 1000 >= Date.now() - 180000;
});
signs(CODE, ['calendly'], (r) => ({
  'Calendly-Webhook-Signature': `t=${r.now},v1=${hex(r.secret, `${r.now}.${r.body}`)}`,
}));

// https://github.com/ActiveCampaign/postmark-skills (postmark-webhooks/references/security.md)
verifies(CODE, ['postmark'], async (r) => {
  const [scheme, encoded] = r.header('Authorization').split(' ');
  const [username, password] = Buffer.from(encoded, 'base64').toString('utf-8').split(':');
  return scheme === 'Basic' && `${username}:${password}` === r.secret;
});
signs(CODE, ['postmark'], (r) => ({ Authorization: `Basic ${Buffer.from(r.secret).toString('base64')}` }));

// https://docs.worldpay.com/access/products/account-payouts/hmac-signature, which says in words what to do; one key
verifies(CODE, ['worldpay'], async (r) => {
  const signatures = r.header('Event-Signature').split(',');
  return signatures.includes(`1/SHA256/${hex(r.secret, r.body)}`);
});
signs(CODE, ['worldpay'], (r) => ({ 'Event-Signature': `1/SHA256/${hex(r.secret, r.body)}` }));

// Libraries of others than the sender, for senders without one

verifies('@pipedream/clio', ['clio'], async (r) => {
  const { default: source } = await import(`${process.cwd()}/node_modules/@pipedream/clio/sources/common/webhook.mjs`);
  const { isSignatureValid } = source.methods;
  return isSignatureValid.call({ getSecret: () => r.secret }, r.header('X-Hook-Signature'), r.body);
});
signs('@pipedream/clio', ['clio'], (r) => ({ 'X-Hook-Signature': hex(r.secret, r.body) }));

verifies('connectwise-rest', ['connectwise'], async (r) => {
  const { verifyMessage } = require('connectwise-rest/dist/utils/Callback.js');
  return verifyMessage(JSON.parse(r.body), r.header('x-content-signature'), r.secret);
});
signs('connectwise-rest', ['connectwise'], (r) => {
  const key = crypto.createHash('sha256').update(r.secret).digest();
  return { 'x-content-signature': base64(key, r.body) };
});

// Bitbucket, Brevo, GitLab, Heroku, Twitch, Vercel, by a module of Nuxt: the settings it asks Nuxt for, and the
// request as h3 hands it over, are those of this process

const inline = (text) => `data:text/javascript,${encodeURIComponent(text)}`;
const NUXT = {
  '#imports': inline('export const useRuntimeConfig = ({ config }) => ({ webhook: config })'),
  h3: inline(`export const getRequestHeaders = ({ headers }) => headers;
    export const getRequestHeader = ({ headers }, name) => headers[name];
    export const getRequestIP = () => '1.179.112.1';
    export const readRawBody = ({ body }) => body;
    export const createError = ({ message }) => new Error(message);`),
};
register(inline(`const places = ${JSON.stringify(NUXT)};
  export const resolve = (name, context, next) =>
    name in places ? { url: places[name], shortCircuit: true } : next(name, context);`));
const VALIDATORS = `${process.cwd()}/node_modules/nuxt-webhook-validators/dist/runtime/server/lib/validators`;
const eventsub = (r) => ({ id: 'id-1', at: new Date(r.now * 1000).toISOString() });
for (const [scheme, file, name, setting, headers] of [
  ['bitbucket-cloud', 'bitbucket', 'Bitbucket', 'secretKey', (r) => ({ 'X-Hub-Signature': `sha256=${hex(r.secret, r.body)}` })],
  ['brevo', 'brevo', 'Brevo', 'token', (r) => ({ Authorization: `Bearer ${r.secret}` })],
  ['gitlab-token', 'gitlab', 'GitLab', 'secretToken', (r) => ({ 'X-Gitlab-Token': r.secret })],
  ['heroku', 'heroku', 'Heroku', 'secretKey', (r) => ({ 'Heroku-Webhook-Hmac-SHA256': base64(r.secret, r.body) })],
  [
    'twitch',
    'twitch',
    'Twitch',
    'secretKey',
    (r, { id, at } = eventsub(r)) => ({
      'Twitch-Eventsub-Message-Id': id,
      'Twitch-Eventsub-Message-Timestamp': at,
      'Twitch-Eventsub-Message-Signature': `sha256=${hex(r.secret, id + at + r.body)}`,
    }),
  ],
  ['vercel', 'vercel', 'Vercel', 'secretKey', (r) => ({ 'x-vercel-signature': hex(r.secret, r.body, 'sha1') })],
]) {
  verifies('nuxt-webhook-validators', [scheme], async (r) => {
    const module = await import(`${VALIDATORS}/${file}.js`);
    const config = { [file]: { [setting]: r.secret } };
    return module[`isValid${name}Webhook`]({ config, headers: r.lines, body: r.body });
  });
  signs('nuxt-webhook-validators', [scheme], headers);
}

// An update that the bot knows already is answered before anything else is asked of Telegram.
verifies('grammy', ['telegram'], async (r) => {
  const { Bot, webhookCallback } = await load('grammy');
  const bot = new Bot('1:none', { botInfo: { id: 1, is_bot: true, first_name: 'b', username: 'b' } });
  const handle = webhookCallback(bot, 'std/http', { secretToken: r.secret });
  const request = new Request(r.url, { method: 'POST', headers: r.headers, body: '{"update_id":1}' });
  return (await handle(request)).status === 200;
});
signs('grammy', ['telegram'], (r) => ({ 'X-Telegram-Bot-Api-Secret-Token': r.secret }));

/** The items NAME=VALUE of a header. */
const items = (text) => Object.fromEntries(text.split(',').map((item) => item.split('=')));

// https://docs.cdp.coinbase.com/webhooks/verify-signatures
const cdp = (r, t, h) => {
  const values = h.split(' ').map((name) => r.header(name) ?? '').join('.');
  return hex(r.secret, `${t}.${h}.${values}.${r.body}`);
};
verifies(CODE, ['coinbase-cdp'], async (r) => {
  const elements = r.header('X-Hook0-Signature').split(',');
  const [t, h, v1] = ['t=', 'h=', 'v1='].map((start) => elements.find((e) => e.startsWith(start))?.split('=')[1] ?? '');
  const age = (Date.now() - Number(t) * 1000) / 1000 / 60;
  return v1 === cdp(r, t, h) && age <= 5;
});
signs(CODE, ['coinbase-cdp'], (r) => {
  const h = 'content-type x-event-id';
  const body = hex(r.secret, `${r.now}.${r.body}`);
  const kept = pick(r, ...h.split(' '));
  return { ...kept, 'X-Hook0-Signature': `t=${r.now},v0=${body},h=${h},v1=${cdp(r, String(r.now), h)}` };
});

// https://docs.dixa.io/docs/webhooks/webhooks-security
const dixa = (r, t) => hex(Buffer.from(r.secret, 'hex'), `${t}.${r.body}`);
verifies(CODE, ['dixa'], async (r) => {
  const { t, v1 } = items(r.header('X-DIXA-SIGNATURE'));
  return v1 === dixa(r, t);
});
signs(CODE, ['dixa'], (r) => ({ 'X-DIXA-SIGNATURE': `t=${r.now * 1000},v1=${dixa(r, r.now * 1000)}` }));

// https://www.zoho.com/in/payments/developerdocs/webhooks/verification
const zoho = (r, t) => hex(r.secret, `${t}.${r.body}`);
verifies(CODE, ['zoho-payments'], async (r) => {
  const { t, v } = items(r.header('X-Zoho-Webhook-Signature'));
  return v === zoho(r, t);
});
signs(CODE, ['zoho-payments'], (r) => ({
  'X-Zoho-Webhook-Signature': `t=${r.now * 1000},v=${zoho(r, r.now * 1000)}`,
}));

// https://github.com/KickEngineering/KickDevDocs (events/webhook-security.md): in Go, whose decoder wants padding
verifies(CODE, ['kick'], async (r) => {
  const signature = r.header('Kick-Event-Signature');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(signature)) return false;
  const content = `${r.header('Kick-Event-Message-Id')}.${r.header('Kick-Event-Message-Timestamp')}.${r.body}`;
  return crypto.verify('sha256', Buffer.from(content), r.secret, Buffer.from(signature, 'base64'));
});
signs(CODE, ['kick'], (r) => {
  const at = new Date(r.now * 1000).toISOString().replace('.000', '');
  return {
    'Kick-Event-Message-Id': '01J0',
    'Kick-Event-Message-Timestamp': at,
    'Kick-Event-Signature': rsa(r, `01J0.${at}.${r.body}`),
  };
});

// https://github.com/knocklabs/docs (content/developer-tools/outbound-webhooks/overview.mdx)
verifies(CODE, ['knock'], async (r) => {
  const sig = r.header('x-knock-signature');
  const timestamp = sig.split(',')[0].substring(2);
  const isValid = sig.split(',')[1].substring(2) === base64(r.secret, `${timestamp}.${r.body}`);
  return isValid && Math.abs(Date.now() - parseInt(timestamp)) < 300000;
});
signs(CODE, ['knock'], (r) => {
  const t = r.now * 1000;
  return { 'x-knock-signature': `t=${t},s=${base64(r.secret, `${t}.${r.body}`)}` };
});

// https://github.com/lmsqueezy/nextjs-billing (src/app/api/webhook/route.ts)
verifies(CODE, ['lemon-squeezy'], async (r) => {
  const signature = Buffer.from(r.header('X-Signature'), 'hex');
  return crypto.timingSafeEqual(Buffer.from(hex(r.secret, r.body), 'hex'), signature);
});
signs(CODE, ['lemon-squeezy'], (r) => ({ 'X-Signature': hex(r.secret, r.body) }));

// https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
const mailgun = (r, { timestamp, token }) => hex(r.secret, timestamp.concat(token));
verifies(CODE, ['mailgun'], async (r) => {
  const { signature } = JSON.parse(r.body);
  return mailgun(r, signature) === signature.signature;
});
signs(CODE, ['mailgun'], (r) => {
  const body = JSON.parse(r.body);
  body.signature.signature = mailgun(r, body.signature);
  return { body: JSON.stringify(body) };
});

// https://github.com/mollie/mollie-api-php (src/Webhooks/SignatureValidator.php), which looks at each line
verifies(CODE, ['mollie'], async (r) => {
  const lines = r.headers.filter(([name]) => name.toLowerCase() === 'x-mollie-signature');
  return lines.some(([, value]) => value.replace(/^sha256=/, '') === hex(r.secret, r.body));
});
signs(CODE, ['mollie'], (r) => ({ 'X-Mollie-Signature': `sha256=${hex(r.secret, r.body)}` }));

// https://developer.vippsmobilepay.com/docs/APIs/webhooks-api/request-authentication/
const vipps = (r, date) => {
  const { host, pathname, search } = new URL(r.url);
  const hashed = crypto.createHash('sha256').update(rewritten(r)).digest('base64');
  const signed = base64(r.secret, `${r.method}\n${pathname + search}\n${date};${host};${hashed}`);
  return [hashed, `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signed}`];
};
verifies(CODE, ['vipps'], async (r) => r.header('Authorization') === vipps(r, r.header('x-ms-date'))[1]);
signs(CODE, ['vipps'], (r) => {
  const date = new Date(r.now * 1000).toUTCString();
  const [hashed, Authorization] = vipps(r, date);
  return { Authorization, 'x-ms-date': date, Host: new URL(r.url).host, 'x-ms-content-sha256': hashed };
});

// Tokens that carry a digest of the body: LiveKit, QStash, MessageBird, Vonage

const sha256 = (text) => crypto.createHash('sha256').update(text).digest('hex');
/** A JSON Web Token (HS256), written out. */
const token = (secret, claims) => {
  const parts = [{ alg: 'HS256', typ: 'JWT' }, claims];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${mac(secret, text).digest('base64url')}`;
};

verifies('livekit-server-sdk', ['livekit'], async (r) => {
  const { WebhookReceiver } = await load('livekit-server-sdk');
  return passes(new WebhookReceiver('key', r.secret).receive(r.body, r.header('Authorization')));
});
signs('livekit-server-sdk', ['livekit'], async (r) => {
  const { AccessToken } = await load('livekit-server-sdk');
  const token = new AccessToken('key', r.secret);
  token.sha256 = crypto.createHash('sha256').update(r.body).digest('base64');
  return { Authorization: await token.toJwt() };
});

verifies('@upstash/qstash', ['qstash'], async (r) => {
  const { Receiver } = await load('@upstash/qstash');
  const receiver = new Receiver({ currentSigningKey: r.secret, nextSigningKey: r.secret });
  return receiver.verify({ signature: r.header('Upstash-Signature'), body: r.body, url: r.url });
});
signs('@upstash/qstash', ['qstash'], (r) => {
  const body = crypto.createHash('sha256').update(r.body).digest('base64url');
  const claims = { iss: 'Upstash', sub: r.url, exp: r.now + 300, nbf: r.now, iat: r.now, jti: '1', body };
  return { 'Upstash-Signature': token(r.secret, claims) };
});

verifies('messagebird', ['messagebird'], async (r) => {
  const { verify } = await load('messagebird/lib/webhook-signature-jwt.js');
  const key = crypto.createSecretKey(Buffer.from(r.secret));
  return verify(r.url, Buffer.from(r.body), r.header('MessageBird-Signature-JWT'), key);
});
signs('messagebird', ['messagebird'], (r) => {
  const times = { nbf: r.now, iat: r.now, exp: r.now + 60 };
  const hashes = { url_hash: sha256(r.url), payload_hash: sha256(r.body) };
  return { 'MessageBird-Signature-JWT': token(r.secret, { iss: 'MessageBird', jti: '1', ...times, ...hashes }) };
});

// The library looks at the token alone; its documentation has the reader compare the hash.
verifies('@vonage/jwt', ['vonage'], async (r) => {
  const { verifySignature } = await load('@vonage/jwt');
  const text = r.header('Authorization').match(/^Bearer (\S+)$/)?.[1];
  if (!verifySignature(text, r.secret)) return false;
  return JSON.parse(Buffer.from(text.split('.')[1], 'base64url')).payload_hash === sha256(r.body);
});
signs('@vonage/jwt', ['vonage'], (r) => {
  const claims = { iss: 'Vonage', iat: r.now, exp: r.now + 300, jti: '1', payload_hash: sha256(r.body) };
  return { Authorization: `Bearer ${token(r.secret, claims)}` };
});

// https://dev.moonpay.com/reference/reference-webhooks-signature
verifies(CODE, ['moonpay'], async (r) => {
  const { t, s } = items(r.header('Moonpay-Signature-V2'));
  return s === hex(r.secret, `${t}.${r.body}`);
});
signs(CODE, ['moonpay'], (r) => ({
  'Moonpay-Signature-V2': `t=${r.now},s=${hex(r.secret, `${r.now}.${r.body}`)}`,
}));

/** A request with its headers by lower-case name, lines of the same name joined as servers do it. */
const read = (line) => {
  const request = JSON.parse(line);
  request.lines = {};
  for (const [name, value] of request.headers ?? []) {
    const key = name.toLowerCase();
    request.lines[key] = key in request.lines ? `${request.lines[key]}, ${value}` : value;
  }
  request.header = (name) => request.lines[name.toLowerCase()];
  return request;
};

const answer = async (r) => {
  mock.timers.setTime(r.now * 1000);
  const key = `${r.sdk} ${r.scheme}`;
  if (!(key in verifiers)) throw new Error(`nothing verifies ${key}`);
  if (r.op === 'sign') {
    const { body = r.body, ...headers } = await signers[key](r);
    return { headers: Object.entries(headers), body };
  }
  try {
    return { accepted: Boolean(await verifiers[key](r)), said: '' };
  } catch (refused) {
    return { accepted: false, said: String(refused) };
  }
};

console.log = console.debug = console.error;
mock.timers.enable({ apis: ['Date'] });
for await (const line of readline.createInterface({ input: process.stdin })) {
  const given = await answer(read(line)).catch((broken) => ({ broken: String(broken) }));
  process.stdout.write(`${JSON.stringify(given)}\n`);
}
process.exit();
