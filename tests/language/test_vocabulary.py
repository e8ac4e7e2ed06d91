"""The word lists, as they are read by several threads at once."""

import sys
import threading

from bot.language import vocabulary


def test_two_threads_may_need_a_list_for_the_first_time_at_once() -> None:
    """New knowledge is loaded in one thread while another answers."""
    errors: list[BaseException] = []
    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(20):
            vocabulary._word_lists.cache_clear()
            gate = threading.Barrier(2)

            def read(gate: threading.Barrier = gate) -> None:
                gate.wait()
                try:
                    assert vocabulary.names()
                    assert vocabulary.lexicon_entries()
                except BaseException as error:
                    errors.append(error)

            threads = [threading.Thread(target=read) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        sys.setswitchinterval(switching)
    assert errors == []
