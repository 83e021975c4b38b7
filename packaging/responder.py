"""A name server on 127.0.0.1 that knows one name, hooks.example: it is 127.0.0.1. For packaging/test.sh."""
import socket

NAME = b"\5hooks\7example\0"
A_RECORD = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1"

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
print("ready", flush=True)
while True:
    query, caller = server.recvfrom(512)
    question = query[12 : query.index(b"\0", 12) + 5]
    is_known = question.lower() == NAME + b"\0\1\0\1"
    counts = b"\0\1" + (b"\0\1" if is_known else b"\0\0") + bytes(4)
    server.sendto(query[:2] + b"\x81\x80" + counts + question + (A_RECORD if is_known else b""), caller)
