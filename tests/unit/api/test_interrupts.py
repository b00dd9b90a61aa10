"""Interrupts that come while they are held off are met afterwards, whatever was to be done then."""

from __future__ import annotations

import signal
import threading

import pytest

from mlspec.api._interrupts import uninterrupted


@pytest.fixture
def handled():
    """Return what makes a handler that of a signal, for the time of a test."""
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    yield signal.signal
    for number, handler in before.items():
        signal.signal(number, handler)


def test_each_signal_is_met_when_it_is_over_though_another_one_raises(handled):
    met = []
    handled(signal.SIGTERM, lambda *_: met.append("term"))
    done = []

    def both():
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGTERM)
            done.append(not met)

    with pytest.raises(KeyboardInterrupt):
        both()

    assert (["term"], [True]) == (met, done)


def test_handlers_are_as_they_were_also_after_an_error(handled):
    handled(signal.SIGTERM, signal.SIG_IGN)
    before = signal.getsignal(signal.SIGINT)

    def fails():
        with uninterrupted():
            signal.raise_signal(signal.SIGTERM)
            raise OSError("inside")

    with pytest.raises(OSError, match="inside"):
        fails()

    assert (before, signal.SIG_IGN) == tuple(
        signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)
    )


def test_a_handler_that_raises_for_a_pending_signal_leaves_no_other_one_in_place(
    handled, monkeypatch
):
    """`signal.signal` runs the handlers of signals that have just come, in place of its work."""
    before, change, calls = signal.getsignal(signal.SIGINT), signal.signal, []

    def changed(number, handler):
        calls.append(number)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return change(number, handler)

    monkeypatch.setattr(signal, "signal", changed)
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        pass

    assert signal.getsignal(signal.SIGINT) is before


def test_another_thread_than_the_main_one_holds_nothing_off():
    given = []

    def run():
        with uninterrupted() as handlers:
            given.append(handlers)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()

    assert [{}] == given
