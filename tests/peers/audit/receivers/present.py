"""Hole: the header has to be there, and nobody reads it."""

from receive import serve


def accepts(request):
    return bool(request.headers.get("X-Hub-Signature-256"))


serve(accepts)
