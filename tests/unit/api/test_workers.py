"""Work that is shared with forked processes gives what it gives in one, whatever they do."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec.api._halves import in_halves
from mlspec.api._processes import workers
from mlspec.api._workers import divided, shared
from mlspec.errors import OutputError
from mlspec.ir import Artifact
from mlspec.targets import in_turn

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked elsewhere")
HERE = os.getpid()


def made(*contents):
    return [Artifact(f"a/{n}.txt", text, "s.yaml", "mine") for n, text in enumerate(contents)]


def told(artifacts):
    """Return what is known of artifacts, wherever their contents are kept."""
    return [(each.path, each.content, each.source, each.target) for each in artifacts]


def job(*contents):
    return partial(made, *contents)


def children():
    """Return the processes that this one has started and not waited for."""
    lists = Path("/proc/self/task").glob("*/children")
    return {each for found in lists for each in found.read_text().split()}


def elsewhere(what):
    """Return a job that does something in another process, and gives artifacts in this one."""

    def done():
        if os.getpid() != HERE:
            what()
        return made("late")

    return done


def refused(reason):
    def done():
        raise OutputError(reason)

    return done


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JOBS = st.lists(st.lists(TEXTS, max_size=3), max_size=12)


@settings(max_examples=40)
@given(JOBS, JOBS, st.integers(1, 4))
def test_any_number_of_processes_gives_the_artifacts_of_one(here, anywhere, most):
    first, second = ([job(*texts) for texts in each] for each in (here, anywhere))

    assert told(in_turn(first, second)) == told(shared(first, second, most=most))


def test_another_process_takes_a_part():
    reading, writing = os.pipe()

    def waits():
        os.read(reading, 1)
        return []

    def tells():
        os.write(writing, b"x")
        return made(str(os.getpid()))

    (found,) = shared([waits], [tells, *[job()] * 8], most=2)
    os.close(reading)
    os.close(writing)

    assert str(HERE) != found.content


@pytest.mark.parametrize(
    "what",
    [
        lambda: os.kill(os.getpid(), signal.SIGKILL),
        lambda: os._exit(3),
        sys.exit,
        refused("only there"),
    ],
    ids=["killed", "gone", "exit", "error"],
)
def test_what_a_process_did_not_finish_is_done_again(what):
    jobs = [job("first"), *[elsewhere(what)] * 8, job("last")]

    assert told(in_turn([], jobs)) == told(shared([], jobs, most=3))


def test_the_first_error_in_order_is_raised_and_no_process_is_left():
    jobs = [job("one"), refused("first"), *[job("more")] * 6, refused("second")]
    before = children()

    with pytest.raises(OutputError, match="first"):
        list(shared([], jobs, most=3))
    assert before == children()


def test_an_error_of_a_job_of_this_process_ends_the_others():
    before = children()
    with pytest.raises(OutputError, match="here"):
        list(shared([refused("here")], [job("x" * 100_000)] * 50, most=3))
    assert before == children()


def test_no_descriptor_is_left_open():
    before = len([*Path("/proc/self/fd").iterdir()])
    list(shared([], [job("x")] * 20, most=3))

    assert before == len([*Path("/proc/self/fd").iterdir()])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 200), max_size=12), st.integers(1, 4))
def test_each_group_is_done_whole_in_one_of_the_processes(sizes, most):
    groups = [[(n, each) for each in range(size)] for n, size in enumerate(sizes)]
    reading, writing = os.pipe()

    def work(share):
        for group, each in share:
            told = (group, each, os.getpid())
            os.write(writing, b"".join(n.to_bytes(4, "big") for n in told))

    with os.fdopen(reading, "rb") as stream:
        divided(groups, work, most=most)
        os.close(writing)
        told = [*iter(partial(stream.read, 12), b"")]

    numbers = [(int.from_bytes(each[:4], "big"), int.from_bytes(each[4:8], "big")) for each in told]
    assert sorted(each for group in groups for each in group) == sorted(numbers)
    assert len({each[:4] for each in told}) == len({(each[:4], each[8:]) for each in told})


@pytest.mark.parametrize(
    "what", [lambda: os.kill(os.getpid(), signal.SIGKILL), sys.exit], ids=["killed", "exit"]
)
def test_a_share_that_a_process_did_not_finish_is_done_again(what):
    done = []

    def work(share):
        if os.getpid() != HERE:
            what()
        done.extend(share)

    divided([range(n, n + 100) for n in range(0, 600, 100)], work, most=3)

    assert [*range(600)] == sorted(done)


@pytest.mark.parametrize("place", [0, 599], ids=["here", "there"])
def test_the_error_of_a_share_is_raised_here_and_no_process_is_left(place):
    before = children()

    def work(share):
        if place in share:
            raise OutputError("this share")
        if os.getpid() != HERE:
            signal.pause()

    groups = [range(300), range(300, 600)]
    with pytest.raises(OutputError, match="this share"):
        divided(groups, work, most=2)
    assert before == children()


STARTS = pytest.mark.parametrize(
    "run",
    [
        lambda waits: divided([range(300), range(300, 600)], waits, most=2),
        lambda waits: list(shared([], [waits] * 8, most=2)),
        lambda waits: list(in_halves(range(8), waits, most=2)),
    ],
    ids=["shares", "jobs", "halves"],
)


def waits(_share=()):
    """Wait in another process for ever; in this one be done."""
    if os.getpid() != HERE:
        signal.alarm(10)  # one that is left behind ends by itself
        signal.pause()
    return []


@contextmanager
def other_thread():
    """Give another thread, which is there until the end."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        yield thread
    finally:
        done.set()
        thread.join()


@STARTS
def test_an_interrupt_while_a_process_starts_leaves_none_behind(monkeypatch, run):
    before, handler, fork = children(), signal.getsignal(signal.SIGINT), os.fork

    def interrupted():
        process = fork()
        if process:
            os.kill(os.getpid(), signal.SIGINT)
        return process

    monkeypatch.setattr(os, "fork", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(waits)

    assert before == children()
    assert signal.getsignal(signal.SIGINT) is handler


@STARTS
def test_an_interrupt_that_another_thread_takes_leaves_none_behind(monkeypatch, run):
    before, fork, (taken, told) = children(), os.fork, os.pipe()
    os.set_blocking(told, False)
    wakeup = signal.set_wakeup_fd(told)

    def interrupted():
        process = fork()
        if process:
            signal.pthread_kill(thread.ident, signal.SIGINT)
            os.read(taken, 1)
        return process

    monkeypatch.setattr(os, "fork", interrupted)
    with other_thread() as thread, pytest.raises(KeyboardInterrupt):
        run(waits)

    signal.set_wakeup_fd(wakeup)
    os.close(taken)
    os.close(told)
    assert before == children()


def test_a_program_with_threads_is_not_forked():
    with other_thread():
        assert workers() == 1
