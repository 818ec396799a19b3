"""USB serial ports and USB printers that are not there: umockdev's test bed, moved by lines of JSON on standard input, telling lines of JSON on standard output."""
import json
import os
import select
import sys
import tty

import gi

gi.require_version("UMockdev", "1.0")
from gi.repository import UMockdev  # noqa: E402


def say(**line):
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


class Bed:
    def __init__(self):
        self.testbed = UMockdev.Testbed.new()
        self.wires = {}
        # Printers are read by us: what the host writes is told. Their far end stays open, or the wire would end with each host.
        self.printers = {}

    def plug(self, node, vendor, product, socket, manufacturer=None, serial=None):
        path, subsystem = (f"{node}/tty/{node}", "tty") if node.startswith("tty") else (f"usbmisc/{os.path.basename(node)}", "usbmisc")
        usb = f"/devices/pci0000:00/0000:00:14.0/usb1/1-1/{socket}"
        interface = f"{usb}/{socket}:1.0"
        place = f"{interface}/{path}"
        names = "".join(f"A: {key}={value}\\n\n" for key, value in (("manufacturer", manufacturer), ("serial", serial)) if value)
        self.testbed.add_from_string(
            f"P: {usb}\nE: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nA: idVendor={vendor}\\n\nA: idProduct={product}\\n\n{names}\n"
            f"P: {interface}\nE: DEVTYPE=usb_interface\nE: SUBSYSTEM=usb\nA: bInterfaceNumber=00\\n\n\n"
            f"P: {place}\nN: {node}\nE: DEVNAME=/dev/{node}\nE: SUBSYSTEM={subsystem}\n"
        )
        wire = self.testbed.get_dev_fd(f"/dev/{node}")
        # The far end decides the modes until the host has opened its own: no echo of what the device says.
        far_end = os.open(f"{self.testbed.get_root_dir()}/dev/{node}", os.O_RDWR | os.O_NOCTTY)
        tty.setraw(far_end)
        if subsystem == "tty":
            os.close(far_end)
        else:
            self.printers[node] = far_end
        self.wires[node] = (wire, [f"/sys{place}", f"/sys{interface}", f"/sys{usb}"])
        self.testbed.uevent(f"/sys{place}", "add")

    def unplug(self, node):
        wire, places = self.wires.pop(node)
        if node in self.printers:
            os.close(self.printers.pop(node))
        self.testbed.uevent(places[0], "remove")
        for place in places:
            self.testbed.remove_device(place)
        os.unlink(f"{self.testbed.get_root_dir()}/dev/{node}")
        os.close(wire)

    def say(self, node, text):
        os.write(self.wires[node][0], text.encode())

    def answer(self, node, report):
        os.write(self.wires[node][0], bytes.fromhex(report))

    def heard(self, node):
        say(event="heard", node=node, bytes=os.read(self.wires[node][0], 4096).hex())


def main():
    bed = Bed()
    say(event="ready", folder=bed.testbed.get_root_dir())
    held = b""
    while True:
        wires = {bed.wires[node][0]: node for node in bed.printers}
        readable, _, _ = select.select([0, *wires], [], [])
        for wire in readable:
            if wire in wires:
                bed.heard(wires[wire])
        if 0 not in readable:
            continue
        chunk = os.read(0, 65536)
        if not chunk:
            return
        *lines, held = (held + chunk).split(b"\n")
        for line in lines:
            command = json.loads(line)
            getattr(bed, command.pop("do"))(**command)
            say(event="done")


main()
