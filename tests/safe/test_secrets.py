"""What no report may show."""

from __future__ import annotations

import pytest

from analyzer.safe import secrets


@pytest.mark.parametrize(
    "key",
    [
        "token",
        "hub_token",
        "use_auth_token",
        "accessToken",
        "HFToken",
        "secret",
        "client_secret",
        "clientSecret",
        "password",
        "passwd",
        "db.password",
        "dbPassword",
        "api_key",
        "API-KEY",
        "X-Api-Key",
        "apikey",
        "OPENAI_API_KEY",
        "apiKey",
        "wandbApiKey",
        "auth",
        "basic_auth",
        "Authorization",
        "credentials",
        "credential",
        "author_token",
        "tokenizer.auth_token",
    ],
)
def test_a_secret_is_starred_out(key: str) -> None:
    assert secrets.config({key: "hunter2"}) == {key: "***"}


@pytest.mark.parametrize(
    "key",
    [
        "max_tokens",
        "num_tokens",
        "tokenizer",
        "tokenizer_name",
        "token_type_ids",
        "token_id",
        "token_count",
        "author",
        "authors",
        "secretary",
        "keyboard",
        "lr",
        "passes",
        "monkey",
        "maxTokens",
    ],
)
def test_what_only_sounds_secret_is_shown(key: str) -> None:
    assert secrets.config({key: "shown"}) == {key: "shown"}


@pytest.mark.parametrize("value", [{"a": 1}, ["a", "b"], 17, None, "/home/me/key"])
def test_a_secret_of_any_type_is_starred_out(value: object) -> None:
    assert secrets.config({"credentials": value}) == {"credentials": "***"}


def test_secrets_and_paths_are_found_at_any_depth() -> None:
    config = {
        "hub": {"token": "abc", "repo": "me/model"},
        "data": [{"password": "x", "file": "/srv/a.csv"}, ("/b/c",)],
    }
    assert secrets.config(config) == {
        "hub": {"token": "***", "repo": "me/model"},
        "data": [{"password": "***", "file": "a.csv"}, ["c"]],
    }
    assert config["hub"]["token"] == "abc"  # the log itself stays as it is


def test_other_values_stay_as_they_are() -> None:
    config = {"lr": 0.001, "layers": [1, 2], "flag": True, "none": None, "name": "a/b"}
    assert secrets.config(config) == config


def test_keys_become_text() -> None:
    assert secrets.config({3: 1, None: 2}) == {"3": 1, "None": 2}


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/home/someone/data.csv", "data.csv"),
        ("/home/someone/runs/", "runs"),
        ("~/runs/a", "a"),
        ("file:///home/someone/data.csv", "data.csv"),
        ("C:\\Users\\someone\\data.csv", "data.csv"),
        ("c:/Users/someone/data.csv", "data.csv"),
        ("\\\\host\\share\\data.csv", "data.csv"),
        ("\\\\host\\share\\", "share"),
    ],
)
def test_an_absolute_path_is_shown_by_its_last_part(path: str, shown: str) -> None:
    assert secrets.path(path) == shown


@pytest.mark.parametrize(
    "path", ["runs/a", "data.csv", "./a", "", "/", "s3://bucket/a", "adam", "1:2", "a\\b"]
)
def test_any_other_text_is_shown_as_it_is(path: str) -> None:
    assert secrets.path(path) == path


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("events.out.tfevents.1767225600.some-host.12345.0", "events.out.tfevents.1767225600"),
        ("events.out.tfevents.1767225600.some-host.12345.0.v2", "events.out.tfevents.1767225600"),
        ("events.out.tfevents.1767225600.host.example.org", "events.out.tfevents.1767225600"),
        ("events.out.tfevents.1767225600.10.0.0.5.1.0", "events.out.tfevents.1767225600"),
        ("events.out.tfevents.1767225600", "events.out.tfevents.1767225600"),
        ("events.out.tfevents.some-host", "events.out.tfevents"),
        ("events.out.tfevents.7host.1", "events.out.tfevents"),
        ("events.out.tfevents", "events.out.tfevents"),
        ("history.some-host.csv", "history.some-host.csv"),
    ],
)
def test_an_event_file_is_shown_without_host_and_process(name: str, shown: str) -> None:
    assert secrets.file_name(name) == shown


@pytest.mark.parametrize("key", ["pad_token", "eos_token", "mask_token", "tokenizer", "max_tokens"])
def test_tokens_of_a_vocabulary_are_no_secret(key: str) -> None:
    assert secrets.config({key: "<pad>"}) == {key: "<pad>"}


@pytest.mark.parametrize("key", ["pwd", "private_key", "access_key", "hf_token"])
def test_other_names_of_secrets_are_known(key: str) -> None:
    assert secrets.config({key: "x"}) == {key: "***"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("train.py --api_key=abc --lr 0.1", "train.py --api_key=*** --lr 0.1"),
        ("--token abc", "--token ***"),
        ("s3://user:pass@host/x", "s3://user:***@host/x"),
        ("https://u:p@ss@h/x", "https://u:***@h/x"),
        ("https://ghp_0123456789abcdef@github.com/x", "https://***@github.com/x"),
        ("https://me@github.com/x", "https://me@github.com/x"),
        ("https://h/x?a=1&access_token=V&b=2", "https://h/x?a=1&access_token=***&b=2"),
        ("Authorization: Bearer V", "Authorization: Bearer ***"),
        ("HF_TOKEN=V python train.py", "HF_TOKEN=*** python train.py"),
        ('{"password": "V", "lr": 1}', '{"password": "***", "lr": 1}'),
        ("max_tokens=512 lr=1", "max_tokens=512 lr=1"),
        (["train.py", "--token", "V", "--lr", "1"], ["train.py", "--token", "***", "--lr", "1"]),
    ],
)
def test_a_secret_inside_a_value_is_not_shown(value: object, shown: object) -> None:
    assert secrets.config({"command": value}) == {"command": shown}


@pytest.mark.parametrize("key", ["token_dropout", "max_token", "auth_dim", "n_token", "token_loss"])
def test_a_number_that_only_sounds_secret_is_a_setting(key: str) -> None:
    assert secrets.config({key: 4}) == {key: 4}


@pytest.mark.parametrize(
    "key",
    [
        "session_token",
        "admin_token",
        "auth_number",
        "pin_token",
        "token_level_password",
        "token_drop_secret",
        "secretKey",
        "accessKeyId",
        "openai_key",
        "token",
    ],
)
def test_a_secret_that_is_a_number_is_starred_out(key: str) -> None:
    assert secrets.config({key: 12345678}) == {key: "***"}


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("no file '/home/ana/a-b.txt' here", "no file 'a-b.txt' here"),
        ("no file /home/ana/x.bin, try again", "no file x.bin, try again"),
        (r"no C:\\Users\\ana\\x.bin", "no x.bin"),
        ("see https://example.org/a/b for it", "see https://example.org/a/b for it"),
        ("1/2 of train/loss, --token abc", "1/2 of train/loss, --token ***"),
    ],
)
def test_a_sentence_shows_paths_by_their_last_part(said: str, shown: str) -> None:
    assert secrets.text(said) == shown
