<?php
// A receiver of the lines of docs/audit.md, which stand in the place of the line of snippets; for `php -S`.
//{snippets}

define('AUDIENCE', getenv('AUDIENCE'));
define('ISSUER', getenv('ISSUER'));

function passes(string $kind, callable $check): bool
{
    return !in_array($kind, explode(',', getenv('CHECKS')), true) || $check();
}

function answer(int $status, string $said): never
{
    http_response_code($status);
    exit("$said\n");
}

if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    answer(405, 'POST only');
}
$body = file_get_contents('php://input', length: (1 << 20) + 1);
if (strlen($body) > 1 << 20) {
    answer(413, 'too much');
}
if ($_SERVER['REQUEST_URI'] === '/token') {
    $token = preg_replace('/^Bearer /', '', $_SERVER['HTTP_AUTHORIZATION'] ?? '');
    answer(...passes('token', fn () => is_meant($token, getenv('PUBLIC_KEY'))) ? [200, 'done'] : [401, 'refused']);
}
$key = base64_decode(preg_replace('/^whsec_/', '', getenv('SECRET')));
$allowed = passes('certificate', fn () => getenv('THUMBPRINTS') === '' || is_known($_SERVER, getenv('THUMBPRINTS')))
    && passes('signature', fn () => is_signed($_SERVER, $body, $key))
    && passes('time', fn () => is_fresh($_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? ''));
if (!$allowed) {
    answer(401, 'refused');
}
answer(200, passes('replay', fn () => is_new($_SERVER['HTTP_WEBHOOK_ID'] ?? '', getenv('SEEN'))) ? 'done' : 'known');
