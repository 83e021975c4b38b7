curl http://h/x -F 'a=x;y' -F 'b=c;type=text/plain; charset=utf-8' -F 'd="q\\"" r;t' --form-string 'e=@x;y' -F 'f=@x;filename=y'
curl 'http://h/[1-3]{a,b}[a-c:2]' -G -d x --next http://[::1]/ -T -
