"""Work that would take for ever is stopped, and nothing else is."""

import asyncio
import contextlib
import gc
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from callcenter import telemetry
from callcenter.errors import Permanent, TooMuchWork
from callcenter.settings import PROJECT
from callcenter.work import InSteps, limited

ENDLESS = re.compile(r"(?:a|aa)+!")
BAIT = "a" * 80
"""2^80 ways of reading it, none of which fits."""


@pytest.fixture(autouse=True)
def _left_as_it_was() -> Iterator[None]:
    yield
    assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0


def spend(seconds: float) -> None:
    """Processor time, in many small calls."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_a_match_without_end_is_stopped_in_its_midst():
    began = time.process_time()
    with pytest.raises(TooMuchWork, match=r"0\.2 s"), limited(0.2):
        ENDLESS.search(BAIT)
    assert time.process_time() - began < 5


def test_it_is_a_failure_that_no_other_try_mends():
    assert issubclass(TooMuchWork, Permanent)
    assert TooMuchWork.reason == "too-much-work"


def test_time_that_is_only_waited_does_not_count():
    with limited(0.05):
        time.sleep(0.3)


def test_what_comes_after_it_is_free():
    with limited(0.05):
        pass
    spend(0.2)


def test_an_inner_limit_leaves_the_rest_to_the_outer_one():
    with limited(5):
        with pytest.raises(TooMuchWork), limited(0.1):
            ENDLESS.search(BAIT)
        with limited(0.1):
            pass
        assert 3 < signal.getitimer(signal.ITIMER_VIRTUAL)[0] < 5
    with pytest.raises(TooMuchWork), limited(0.1), limited(60):
        ENDLESS.search(BAIT)


def test_an_outer_limit_goes_on_after_an_inner_one():
    def work() -> None:
        with limited(60):
            spend(0.1)
        ENDLESS.search(BAIT)

    with pytest.raises(TooMuchWork), limited(0.3):
        work()


def test_work_that_swallows_its_end_is_stopped_again():
    def work() -> None:
        with contextlib.suppress(TooMuchWork):
            ENDLESS.search(BAIT)
        ENDLESS.search(BAIT)

    with pytest.raises(TooMuchWork), limited(0.1):
        work()


class Parting:
    """Takes its time when it goes."""

    def __del__(self) -> None:
        spend(1)


def collect_slowly() -> None:
    """A collection that somebody listens to who takes their time."""

    def listen(phase: str, _: object) -> None:
        if phase == "start":
            spend(1)

    gc.callbacks.append(listen)
    try:
        gc.collect()
    finally:
        gc.callbacks.remove(listen)


@pytest.mark.parametrize("swallow", [Parting, collect_slowly], ids=["where something goes", "in a collection"])
def test_an_end_that_python_itself_swallows_is_followed_by_another(swallow: Callable[[], object]):
    """What is raised there is only printed, and the work goes on."""

    def work() -> None:
        swallow()
        ENDLESS.search(BAIT)

    former, printed = sys.unraisablehook, list[object]()
    sys.unraisablehook = lambda one: printed.append(one.exc_type)
    try:
        with pytest.raises(TooMuchWork), limited(0.1):
            work()
    finally:
        sys.unraisablehook = former
    assert set(printed) == {TooMuchWork}


def test_a_handler_and_a_timer_of_somebody_else_are_put_back():
    def theirs(*_: object) -> None:
        pass

    before = signal.signal(signal.SIGVTALRM, theirs)
    signal.setitimer(signal.ITIMER_VIRTUAL, 50, 7)
    try:
        with limited(1):
            assert signal.getsignal(signal.SIGVTALRM) is not theirs
        assert signal.getsignal(signal.SIGVTALRM) is theirs
        left, again = signal.getitimer(signal.ITIMER_VIRTUAL)
        assert 40 < left < 51
        assert again == pytest.approx(7, abs=0.1)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


async def test_a_coroutine_is_under_a_limit_from_await_to_await():
    async def work() -> list[str]:
        heard = [await asyncio.to_thread(lambda: "another thread")]
        try:
            ENDLESS.search(BAIT)
        except TooMuchWork:
            heard.append("stopped")
        await asyncio.sleep(0)
        spend(0.1)
        return heard

    assert await InSteps(work(), 0.2) == ["another thread", "stopped"]


async def test_what_others_do_while_a_coroutine_waits_does_not_count():
    async def work() -> str:
        await asyncio.sleep(0.05)
        return "done"

    waiting = asyncio.ensure_future(InSteps(work(), 0.1))
    await asyncio.sleep(0)
    spend(0.3)
    assert await waiting == "done"


async def test_a_coroutine_is_cancelled_and_timed_out_as_ever():
    ended = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await InSteps(work(), 1)
    task = asyncio.ensure_future(InSteps(work(), 1))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == [True, True]


async def test_outside_the_main_thread_there_is_no_limit_and_that_is_told_once():
    def work() -> None:
        with limited(0.01):
            spend(0.05)

    for _ in range(3):
        await asyncio.to_thread(work)
    told = 'callcenter_moments_total{moment="work_unlimited",service=""} 1.0'
    assert told in telemetry.metrics()[0].decode()


def test_the_process_outlives_a_signal_that_comes_too_late():
    script = "import signal; from callcenter.work import limited\nwith limited(1): pass\n"
    script += "signal.raise_signal(signal.SIGVTALRM); print('alive')"
    ran = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ran.stdout == "alive\n", ran.stderr
