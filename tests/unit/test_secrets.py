"""Secrets in specs: found by form or by name, refused, and never repeated."""

from __future__ import annotations

import pytest

from mlspec.diagnostics import Diagnostic, Edit, Fix, Position, Related, Severity, Span
from mlspec.secrets import is_reference, is_secret_name, masked, may_write_secret, secret_in

FORMS = {
    "AKIA" + "Z" * 16: "an AWS access key",
    "ghp_" + "a1B2" * 9: "a GitHub token",
    "github_pat_" + "a1B2" * 9: "a GitHub token",
    "glpat-" + "a1B2" * 5: "a GitLab token",
    "xoxb-" + "12345678-abcdef": "a Slack token",
    "hf_" + "aBcD" * 8: "a Hugging Face token",
    "sk-" + "aBcD" * 8: "an API key",
    "sk_live_" + "aBcD" * 4: "an API key",
    "AIza" + "aBcDe" * 7: "a Google API key",
    "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl": "a signed token",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n": "a private key",
    "Bearer abcdefghijklmnop0123": "a bearer token",
    "https://ana:hunter2@host.example.org/x": "a password in an address",
    "https://:hunter2@host.example.org/x": "a password in an address",
    "https://b.example.org/c?sv=1&sig=abcdefghijklmnop%3D": "an access key in an address",
    "AccountName=x;AccountKey=abcdefghijklmnop==": "an access key",
}
HARMLESS = [
    "",
    "census",
    "https://host.example.org:8080/a@b",
    "https://${USER}:${PASSWORD}@host.example.org/x",
    "git@github.com:org/repository.git",
    "s3://bucket/data.parquet",
    "sha256:" + "0" * 64,
    "registry.example.org/screen@sha256:" + "1" * 64,
    "hf_hub_download reads it; sk-learn trains it; gh_pages shows it",
    "2026-12-18T00:00:00Z",
    "task-aware ask-forgiveness-not-permission-please",
]


@pytest.mark.parametrize(("text", "form"), FORMS.items())
def test_a_secret_is_known_by_its_form(text, form):
    around = f"see {text} there"

    assert secret_in(around) == form
    assert secret_in(masked(around)) is None
    assert len(masked(around)) == len(around)
    assert masked(around).startswith("see ")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_resembles_one_is_left_alone(text):
    assert secret_in(text) is None
    assert masked(text) == text


@pytest.mark.parametrize("name", ["password", "apiKey", "api_key", "Client-Secret", "x/token"])
def test_a_secret_is_known_by_its_name(name):
    assert is_secret_name(name)


def test_a_name_that_only_contains_such_a_word_says_nothing():
    assert not any(map(is_secret_name, ["tokenizer", "max-tokens", "passwordless", "", "secrets"]))


@pytest.mark.parametrize("text", ["${TOKEN}", "$TOKEN", "<token>", "vault:kv/db", "secret/data/db"])
def test_where_a_secret_is_kept_is_no_secret(text):
    assert is_reference(text)
    assert masked(f"password: {text}") == f"password: {text}"


def test_a_named_secret_is_masked_in_a_line():
    assert masked('  password: "hunter2"') == '  password: "*******"'


def test_no_diagnostic_holds_a_secret_whoever_made_it():
    span = Span("a.yaml", Position(1, 1), Position(1, 2))
    secret = "ghp_" + "a1B2" * 9

    made = Diagnostic(
        "MLS701",
        "unpinned-image",
        Severity.ERROR,
        f"the image `{secret}` is not pinned",
        span,
        related=(Related(span, f"`{secret}` stands here, too"),),
        hint=f"write `{secret}@sha256:...`",
        fixes=(Fix("quote it", (Edit(span, f'"{secret}"'),)), Fix("drop it", (Edit(span, ""),))),
    )

    assert secret not in repr(made)
    assert [each.title for each in made.fixes] == ["drop it"]


def test_of_a_source_with_other_letters_nobody_is_sure():
    assert may_write_secret("name: gr\u00f6\u00dfe\n")
    assert not may_write_secret("name: size\n")
