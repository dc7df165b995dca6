"""Two sites are the same where every file has the same bytes and permissions; else the place is named."""

from building.reproduce import differences


def site(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def test_the_same_files_differ_in_nothing(tmp_path):
    files = {"a.html": b"a", "b/c.svg": b"c"}
    assert differences(site(tmp_path / "1", files), site(tmp_path / "2", files)) == []


def test_bytes_permissions_and_missing_files_are_told(tmp_path):
    first = site(tmp_path / "1", {"a.html": b"at noon", "b": b"b", "c": b"c", "e": b"12"})
    second = site(tmp_path / "2", {"a.html": b"at nine", "b": b"b", "d": b"d", "e": b"123"})
    (second / "b").chmod(0o600)
    (first / "b").chmod(0o644)
    assert differences(first, second) == [
        "c: in one of them alone",
        "d: in one of them alone",
        "a.html: from byte 4: b'at noon' and b'at nine'",
        "b: permissions 644 and 600",
        "e: from byte 2: b'12' and b'123'",
    ]
