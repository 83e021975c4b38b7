// A page in Chromium that fetches bodies of every kind from this address, and what is made a HAR of that:
// Playwright's own, and one of the Network events as the developer tools export it.
//
// usage: node browser.mjs FOLDER-OF-PACKAGES CHROMIUM URL OUT-OF-PLAYWRIGHT OUT-OF-EVENTS
import fs from 'node:fs';
import { createRequire } from 'node:module';

const [packages, executablePath, url, ofPlaywright, ofEvents] = process.argv.slice(2);
const { chromium } = createRequire(`${packages}/`)('playwright-core');

// As root, it has no sandbox.
const args = process.getuid() === 0 ? ['--no-sandbox'] : [];
const browser = await chromium.launch({ executablePath, args });
const context = await browser.newContext({ recordHar: { path: ofPlaywright } });
const page = await context.newPage();
const tools = await context.newCDPSession(page);
await tools.send('Network.enable');
const requests = new Map();
const of = (id) => requests.get(id) ?? requests.set(id, {}).get(id);
tools.on('Network.requestWillBeSent', (event) => (of(event.requestId).sent = event.request));
// The header lines as they left.
tools.on('Network.requestWillBeSentExtraInfo', (event) => (of(event.requestId).headers = event.headers));

await page.goto(url);
await page.evaluate(async () => {
    const post = (path, body, headers) => fetch(path, { method: 'POST', body, headers });
    const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await post('/text', 'plain é \u20ac text\r\n');
    await fetch('/json?a=%20b&c', { method: 'PUT', body: '{"a": 1.0, "b": "é"}', headers: { 'content-type': 'application/json' } });
    await post('/form', new URLSearchParams({ 'a b': 'c&d=é', e: '' }));
    const form = new FormData();
    form.append('a', 'é');
    form.append('f', new Blob([every]), 'f.bin');
    await post('/multipart', form);
    await post('/binary', every, { 'content-type': 'application/octet-stream' });
    await post('/latin', Uint8Array.from([0xe9, 0x0a]), { 'content-type': 'text/plain' });
    const packed = new Blob(['{"a": 1}']).stream().pipeThrough(new CompressionStream('gzip'));
    await post('/gzip', await new Response(packed).arrayBuffer(), { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    await post('/none');
    await fetch('/get');
    await fetch('data:,x');
});

const entries = [];
for (const [requestId, { sent, headers }] of requests) {
    const list = Object.entries(headers ?? sent.headers).map(([name, value]) => ({ name, value }));
    const request = { method: sent.method, url: sent.url, httpVersion: 'HTTP/1.1', headers: list, queryString: [], cookies: [], headersSize: -1, bodySize: -1 };
    if (sent.hasPostData) {
        const { postData, base64Encoded } = await tools.send('Network.getRequestPostData', { requestId });
        const type = list.find(({ name }) => name.toLowerCase() === 'content-type')?.value ?? '';
        // HAR 1.2 has only a text for it: a character for each byte.
        request.postData = { mimeType: type, text: base64Encoded ? atob(postData) : postData };
    }
    const response = { status: 200, statusText: '', httpVersion: 'HTTP/1.1', headers: [], cookies: [], content: { size: 0, mimeType: '' }, redirectURL: '', headersSize: -1, bodySize: -1 };
    entries.push({ startedDateTime: new Date().toISOString(), time: 0, request, response, cache: {}, timings: { send: 0, wait: 0, receive: 0 } });
}
fs.writeFileSync(ofEvents, JSON.stringify({ log: { version: '1.2', creator: { name: 'events', version: '1' }, entries } }));
await context.close();
await browser.close();
