"""`python SCRIPT` or `python -m snakemake`, run by the process of forked.py in its place.

Arguments: the socket of that process, and those of Python. Imports next to nothing.
"""

import array
import json
import os
import signal
import socket
import struct
import sys


def main(address: str, *arguments: str) -> None:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(address)
    job = {"arguments": arguments, "folder": os.getcwd(), "environment": dict(os.environ)}
    text = json.dumps(job).encode()
    streams = array.array("i", [0, 1, 2])
    connection.sendmsg(
        [struct.pack("I", len(text))], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)]
    )
    connection.sendall(text)
    (process,) = struct.unpack("i", connection.recv(4, socket.MSG_WAITALL))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: os.kill(process, received))
    (status,) = struct.unpack("i", connection.recv(4, socket.MSG_WAITALL))
    if status < 0:
        if -status != signal.SIGKILL:
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    sys.exit(status)


main(*sys.argv[1:])
