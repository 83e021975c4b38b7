curl http://h
curl http://h/x -d a=1 --data b=2
curl 'http://us%20er:p%40ss@h/x' -d a=b
curl http://user:pass@h/x -u other:one
curl -u user:pass http://h/x
curl -G --data-urlencode 'q=a~b c*(d)/é+' --data-urlencode @f.txt --data-urlencode n@f.txt 'http://h/x?y=1'
curl --data-urlencode 'q=a~b c*(d)/é+' --data-urlencode '=a b' --data-urlencode 'a b' http://h/x
curl 'http://h/x[1-2]{a,b}?[08-10]' -d a
curl 'http://h/[a-c:2]'
curl -g 'http://h/x[1]{a}'
curl 'http://h/\[x\]'
curl http://h/a/../b/./c//d/..
curl --path-as-is http://h/a/../b
curl http://h/é%20x
curl 'http://h?q=1#fragment'
curl -X post http://h/x -d a
curl -X GET http://h/x -d a
curl -I http://h/x
curl http://h/x -e 'http://r.example/;auto'
curl http://h/x -A '' -e ';auto'
curl http://h/x -A mine -H 'X-Empty;' -H 'Accept:' -H 'x-a:1' -H 'X-B:   2  '
curl http://h/x -H @lines.txt
curl http://h/x -H 'Content-Type: text/plain' -d x
curl http://h/x -H 'content-type:' -d x
curl http://h/x -b 'a=1' -b 'b=2'
curl http://h/x -b 'a=1' -H 'Cookie: c=3'
curl http://h/x --oauth2-bearer token -r 0-5
curl http://h/x --json '{"a":' --json '1}'
curl http://h/x --json @f.txt -H 'Accept: text/html'
curl http://h/x -d @f.txt --data-binary @f.txt --data-raw @f.txt
curl http://h/x -T f.txt -H Expect:
curl http://h/up/ -T f.txt -H Expect: -H 'Content-Type: text/plain'
curl http://h/x --request-target /other
curl http://h/x -d a --next http://h/y -X PUT -H 'Q: 1'
curl http://h/x http://h/y -d a
curl http://h/x --data-raw $'a\'b\n\u00e9' -H 'content-type: text/plain'
curl --location --request POST http://h/x --header 'Content-Type: application/json' --data '{
  "a": 1
}
'
#!/bin/bash
# a comment
set -e
curl http://h/x -d a
curl http://h/y -d b
time curl http://h/x -d a 2>/dev/null
A=1 curl http://h/x -d a | cat >/dev/null && curl http://h/y && true
curl http://h/x -d @- <<EOF
{"a": "\$b"}
EOF
curl http://h/x --data-binary @- <<'EOF' | cat
$a `b`
  c
EOF
curl http://h/y
curl http://h/x --data-binary @- <<< 'a b'
curl http://h/x --data-binary @- < f.txt
curl -sSfLkv#0 --compressed --no-progress-meter --retry 1 -m 9 -o /dev/null -w '' -d a http://h/x
curl -sXPUT -dab -HA:\ b -- http://h/x
