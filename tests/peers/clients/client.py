# Asks https://localhost:PORT/ once for each line "IDENTITY TLS", and prints what Python says.
import http.client
import ssl
import sys
import traceback

port = int(sys.argv[1])
for line in sys.stdin:
    identity, tls = line.split()
    print("=== case", flush=True)
    try:
        context = ssl.create_default_context(cafile="ca.pem")
        version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[tls]
        context.minimum_version = context.maximum_version = version
        if identity != "-":
            context.load_cert_chain(identity + ".pem")
        connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=10)
        connection.request("GET", "/")
        answer = connection.getresponse()
        print(answer.status, answer.reason, answer.read().decode(), flush=True)
    except Exception:
        traceback.print_exc(file=sys.stdout)
        sys.stdout.flush()
