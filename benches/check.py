#!/usr/bin/env python3
"""check of N endpoints and N bundles on loopback, beside the single commands: CPU (user + system) and memory.

usage: benches/check.py [HOOKPRINT] [N]"""

import os
import shutil
import subprocess
import sys
import tempfile

tool = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "target/release/hookprint")
count = int(sys.argv[2]) if len(sys.argv) > 2 else 200


def measured(commands):
    """CPU seconds of all, MiB of the largest."""
    cpu, largest = 0.0, 0
    for command in commands:
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0, command
        cpu += used.ru_utime + used.ru_stime
        largest = max(largest, used.ru_maxrss)
    return cpu, largest / 1024


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    subprocess.run([tool, "mint", "pki"], check=True, capture_output=True)
    own = ["--cert", "pki/server.pem", "--key", "pki/server.key"]
    server = subprocess.Popen(
        [tool, "listen", "--addr", ":0", *own],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )
    try:
        target = "localhost:" + server.stderr.readline().strip().rsplit(":", 1)[1]
        policy, single = ["[defaults]\nca = 'pki/ca.pem'\n"], []
        for n in range(count):
            bundle = f"{n}.pem"
            shutil.copy("pki/client.pem", bundle)
            policy.append(f"[[endpoint]]\nname = 'e{n}'\ntarget = '{target}'\n")
            policy.append(f"[[bundle]]\nname = 'b{n}'\npath = '{bundle}'\nfor = 'client'\n")
            single.append([tool, "thumbprint", target, "--ca", "pki/ca.pem", "--json"])
            single.append([tool, "inspect", bundle, "--ca", "pki/ca.pem", "--for", "client", "--json"])
        with open("hookprint.toml", "w") as file:
            file.write("".join(policy))
        for _ in range(3):
            (cpu, memory), (alone, _) = measured([[tool, "check", "--json"]]), measured(single)
            print(f"check {cpu:.2f} s, {memory:.1f} MiB; {2 * count} commands {alone:.2f} s: {cpu / alone:.2f}")
    finally:
        server.terminate()
        server.wait()
