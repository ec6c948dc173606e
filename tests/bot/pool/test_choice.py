"""Properties of the choice: it moves little, loads evenly, and leaves nobody waiting for no reason."""

from collections import Counter

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.pool.choice import Load, Wish, bound, lines, ranking, seatings

NAMES = [f"http://gpu-{number}:11434" for number in range(6)]
KEYS = [f"{number:016x}" for number in range(2000)]

unhurried = settings(deadline=None)
names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True)
keys = st.sampled_from(KEYS[:40])


@st.composite
def situations(draw: st.DrawFn) -> tuple[list[Wish], dict[str, Load]]:
    hosts = draw(names)
    loads = {}
    for host in hosts:
        parallel = draw(st.integers(1, 4))
        loads[host] = Load(parallel, draw(st.integers(0, parallel)))
    some = st.frozensets(st.sampled_from(hosts))
    wishes = draw(st.lists(st.builds(Wish, st.one_of(st.just(""), keys), some), max_size=30))
    return wishes, loads


def home(key: str, hosts: list[str]) -> str:
    return ranking(key, hosts)[0]


def test_a_host_that_goes_moves_its_own_share_and_nothing_else() -> None:
    left = NAMES[:-1]
    moved = [key for key in KEYS if home(key, NAMES) != home(key, left)]
    assert {home(key, NAMES) for key in moved} == {NAMES[-1]}
    assert len(KEYS) / len(NAMES) * 0.8 < len(moved) < len(KEYS) / len(NAMES) * 1.2


def test_a_host_that_comes_takes_its_share_from_all_others() -> None:
    before = NAMES[:-1]
    moved = [key for key in KEYS if home(key, before) != home(key, NAMES)]
    assert {home(key, NAMES) for key in moved} == {NAMES[-1]}
    assert {home(key, before) for key in moved} == set(before)


def test_every_host_is_home_to_about_as_many_conversations() -> None:
    shares = Counter(home(key, NAMES) for key in KEYS)
    assert max(shares.values()) < 1.25 * min(shares.values())


@unhurried
@given(hosts=st.permutations(NAMES), key=keys)
def test_every_process_ranks_alike_in_whatever_order_it_knows_the_hosts(hosts: list[str], key: str) -> None:
    assert ranking(key, hosts) == ranking(key, NAMES)


def test_the_ranking_is_the_same_in_every_version_of_sova() -> None:
    assert [home(key, NAMES[:3])[11] for key in KEYS[:12]] == list("112202200220")


@unhurried
@given(situation=situations())
def test_no_host_is_given_more_than_it_can_do_at_once(situation: tuple[list[Wish], dict[str, Load]]) -> None:
    wishes, loads = situation
    given_to = Counter(seatings(wishes, loads).values())
    assert all(loads[host].running + count <= loads[host].parallel for host, count in given_to.items())


@unhurried
@given(situation=situations())
def test_nobody_waits_while_a_host_that_could_answer_has_room(situation: tuple[list[Wish], dict[str, Load]]) -> None:
    wishes, loads = situation
    seated = seatings(wishes, loads)
    given_to = Counter(seated.values())
    room = {host for host, load in loads.items() if load.running + given_to[host] < load.parallel}
    assert all(not wish.hosts & room for at, wish in enumerate(wishes) if at not in seated)


@unhurried
@given(situation=situations())
def test_everybody_goes_only_where_they_can_be_answered(situation: tuple[list[Wish], dict[str, Load]]) -> None:
    wishes, loads = situation
    assert all(host in wishes[at].hosts for at, host in seatings(wishes, loads).items())
    assert all(host in wishes[at].hosts for at, host in lines(wishes, loads).items())
    assert {at for at, wish in enumerate(wishes) if wish.hosts} == set(lines(wishes, loads))


@unhurried
@given(situation=situations())
def test_who_came_first_and_wants_the_same_goes_first(situation: tuple[list[Wish], dict[str, Load]]) -> None:
    wishes, loads = situation
    seated = seatings(wishes, loads)
    for at, wish in enumerate(wishes):
        assert at in seated or not any(later in seated for later in range(at, len(wishes)) if wishes[later] == wish)


def test_who_has_waited_longest_in_an_overfull_line_is_passed_on_first() -> None:
    one, other = NAMES[:2]
    at_one = [key for key in KEYS if home(key, [one, other]) == one]
    wishes = [Wish(key, frozenset([one, other])) for key in at_one[:8]]
    loads = {one: Load(1, 1), other: Load(1, 0)}
    assert other in lines(wishes, loads).values()
    assert seatings(wishes, loads) == {0: other}


def test_who_is_passed_on_stands_before_those_who_come_home_later() -> None:
    one, other = NAMES[:2]
    at_one = [key for key in KEYS if home(key, [one, other]) == one]
    late = next(key for key in KEYS if home(key, [one, other]) == other)
    wishes = [Wish(key, frozenset([one, other])) for key in [*at_one[:8], late]]
    assert seatings(wishes, {one: Load(1, 1), other: Load(1, 0)}) == {0: other}


@unhurried
@given(count=st.integers(1, 200), hosts=names, parallel=st.integers(1, 8), key=keys)
def test_even_a_single_conversation_of_everybody_overloads_no_host(
    count: int, hosts: list[str], parallel: int, key: str
) -> None:
    wishes = [Wish(key, frozenset(hosts))] * count
    standing = Counter(lines(wishes, dict.fromkeys(hosts, Load(parallel))).values())
    most = bound(parallel, total=count, capacity=parallel * len(hosts))
    assert max(standing.values()) <= most
    assert most <= max(parallel, 1.25 * count / len(hosts) + 1)


@unhurried
@given(hosts=names, key=keys)
def test_a_conversation_goes_home_when_there_is_room(hosts: list[str], key: str) -> None:
    loads = {host: Load(2, 1) for host in hosts}
    assert seatings([Wish(key, frozenset(hosts))], loads) == {0: home(key, hosts)}


@unhurried
@given(hosts=names, key=keys)
def test_a_conversation_whose_home_is_full_goes_to_the_next_that_has_room(hosts: list[str], key: str) -> None:
    assume(len(hosts) > 1)
    first, second, *_ = ranking(key, hosts)
    loads = {host: Load(1) for host in hosts} | {first: Load(1, 1)}
    assert seatings([Wish(key, frozenset(hosts))], loads) == {0: second}


def test_a_seat_at_home_is_kept_for_the_home_comer_when_all_are_busy() -> None:
    one, other = NAMES[:2]
    at_one = next(key for key in KEYS if home(key, [one, other]) == one)
    at_other = next(key for key in KEYS if home(key, [one, other]) == other)
    wishes = [Wish(at_one, frozenset([one, other])), Wish(at_other, frozenset([one, other]))]
    assert seatings(wishes, {one: Load(1, 1), other: Load(1, 0)}) == {1: other}


def test_without_a_key_the_host_with_the_least_to_do_is_asked() -> None:
    loads = {NAMES[0]: Load(4, 2), NAMES[1]: Load(4, 1), NAMES[2]: Load(2, 1)}
    assert lines([Wish("", frozenset(loads))], loads) == {0: NAMES[1]}
