"""Photograph the pages of a fresh demonstration, in English and Arabic, wide and narrow, into screenshots/.

Usage: .venv/bin/python tools/screenshots.py [WORDS …]   only pages whose name holds one of the words
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent
OUT = ROOT / "screenshots"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
FOCAL = ("focal.al@example.org", "answer-for-albania")
COORDINATOR = ("coordinator@example.org", "review-and-publish")
NGO = ("ngo.al@example.org", "our-view-of-albania")
PAGES = {
    "home": (FOCAL, "/assessments/2026/AL"),
    "questionnaire": (FOCAL, "/assessments/2026/AL/o07"),
    "contributors": (FOCAL, "/assessments/2026/AL/people"),
    "next": (COORDINATOR, "/next"),
    "people": (COORDINATOR, "/people"),
    "cycle": (COORDINATOR, "/cycles/2026"),
    "retention": (COORDINATOR, "/cycles/2026/retention"),
    "own-data": (FOCAL, "/account/data"),
    "parallel": (NGO, "/parallel/2026/AL"),
    "divergence": (None, "/results/2025/AL/parallel"),
    "forgotten": (None, "/forgotten"),
    "draft-why": (FOCAL, "/results/2026/AL/o07"),
    "account": (FOCAL, "/account"),
    "review-list": (COORDINATOR, "/assessments"),
    "review": (COORDINATOR, "/assessments/2026/MD"),
    "review-read": (COORDINATOR, "/assessments/2026/MD/o07"),
    "heatmap": (None, "/results/2025"),
    "profile": (None, "/results/2025/AL"),
    "years": (None, "/results/AL"),
    "why": (None, "/results/2025/AL/o03"),
    "why-sensitive": (None, "/results/2025/AL/o07"),
    "why-overall": (None, "/results/2025/AL/overall"),
    "compare": (None, "/results/compare?a=AL-2025&b=MD-2025"),
    "compare-years": (None, "/results/compare?a=AL-2024&b=AL-2025"),
    "sign-in": (None, "/sign-in"),
    "error": (None, "/results/1999"),
    "method": (None, "/method"),
    "data": (None, "/data"),
    "about": (None, "/about"),
    "accessibility": (None, "/accessibility"),
    "privacy": (None, "/privacy"),
    "glossary": (None, "/glossary/2026"),
}


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of a fresh demonstration, which ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [shutil.which("surveyapp", path=str(ROOT / ".venv/bin")) or "surveyapp", "demo"]
        server = subprocess.Popen(
            [*command, "--port", str(port), "--dir", f"{folder}/demo"], stdout=subprocess.PIPE, text=True
        )
        assert server.stdout
        for line in server.stdout:
            if line.startswith("http"):
                break
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def photograph(browser: Browser, base: str, words: list[str]) -> None:
    for locale in ("en", "ar", "fr"):
        for width in (1280, 360):
            for name, (account, path) in PAGES.items():
                if words and not any(word in f"{name}-{width}-{locale}" for word in words):
                    continue
                page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
                if account:
                    page.goto(f"{base}/{locale}/sign-in")
                    page.fill("[name=email]", account[0])
                    page.fill("[name=password]", account[1])
                    page.click("main button")
                page.goto(f"{base}/{locale}{path}", wait_until="networkidle")
                page.screenshot(path=OUT / f"{name}-{width}-{locale}.png", full_page=True)
                page.context.close()


def main() -> None:
    OUT.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with demonstration() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        photograph(browser, base, sys.argv[1:])
        browser.close()


if __name__ == "__main__":
    main()
