curl -X POST 'https://a/b' -u a:b -b c=d -H 'A: b' --data-raw $'{\u0021\x41}' --data-urlencode 'x=y z' \
 -k
curl -G https://c -d e --json '{}'
