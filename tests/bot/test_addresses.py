from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.addresses import Reach, literal, reach_of, web_address


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.255.255.254", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "64:ff9b::7f00:1"],  # noqa: S104
)
def test_loopback_is_this_machine(address: str) -> None:
    assert reach_of(ip_address(address)) is Reach.MACHINE


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.3.4"),
        *("fc00::1", "fdff::1", "fe80::1", "fe80::1%eth0", "febf::1"),
        *("::ffff:10.1.2.3", "::ffff:169.254.1.1", "64:ff9b::a00:1", "64:ff9b::c0a8:101"),
    ],
)
def test_private_and_link_local_addresses_are_on_the_site(address: str) -> None:
    assert reach_of(ip_address(address)) is Reach.SITE


@pytest.mark.parametrize(
    "address",
    [
        *("8.8.8.8", "172.15.255.255", "172.32.0.1", "192.169.0.1", "11.0.0.1", "126.0.0.1", "0.0.0.1"),
        *("100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255"),
        *("2606:4700::1", "fec0::1", "fbff::1", "2001:db8::1", "ff02::1"),
        *("::ffff:8.8.8.8", "64:ff9b::808:808", "64:ff9b:1::a00:1", "2002:a00:1::", "2001::a00:1", "::10.0.0.1"),
    ],
)
def test_everything_else_is_outside_however_it_is_written(address: str) -> None:
    assert reach_of(ip_address(address)) is Reach.OUTSIDE


@given(st.ip_addresses(v=4))
def test_an_address_means_the_same_mapped_into_ipv6(address: object) -> None:
    plain = ip_address(str(address))
    assert reach_of(ip_address(f"::ffff:{plain}")) is reach_of(plain)
    assert reach_of(ip_address(f"64:ff9b::{plain}")) is reach_of(plain)


@pytest.mark.parametrize(("host", "is_address"), [("10.0.0.1", True), ("[::1]", True), ("box.lan", False), ("", False)])
def test_a_name_is_told_from_an_address(host: str, is_address: bool) -> None:
    assert (literal(host) is not None) is is_address


@pytest.mark.parametrize("url", ["http://box", "https://box:1/path", "http://[::1]:8080/v1"])
def test_a_web_address_is_taken_apart(url: str) -> None:
    assert web_address(url).geturl() == url


@pytest.mark.parametrize("url", ["", "box", "file:///etc", "http://", "http://box:0", "http://box:x", "http://b ox"])
def test_anything_else_is_no_web_address(url: str) -> None:
    with pytest.raises(ValueError, match=r"^it is not an http:// or https:// address$"):
        web_address(url)
