"""HID devices that are not there: umockdev's test bed, moved by lines of JSON on standard input, telling lines of JSON on standard output."""
import errno
import json
import os
import struct
import sys
import termios
import threading
import traceback
import tty

import gi

gi.require_version("UMockdev", "1.0")
from gi.repository import GLib, UMockdev  # noqa: E402

# linux/hidraw.h, as _IOC numbers: direction, size, 'H', number.
GET_DESCRIPTOR_SIZE, GET_DESCRIPTOR, GET_INFO, GET_NAME, GET_PHYS, SET_FEATURE, GET_FEATURE, GET_UNIQ = 1, 2, 3, 4, 5, 6, 7, 8


def say(**line):
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


class Device(UMockdev.IoctlBase):
    def __init__(self, name, model):
        super().__init__()
        self.name = name
        self.model = model
        self.descriptor = bytes.fromhex(model["descriptor"])
        self.asker = None
        self.reports = []
        self.gone = False

    def plugged_into(self, testbed, node):
        """The node is a pseudo-terminal: whoever polls it wakes when a byte is written to its other end, and reads by asking us."""
        self.wire = testbed.get_dev_fd(node)
        self.node = testbed.get_root_dir() + node
        self.at_far_end(tty.setraw)

    def at_far_end(self, act):
        """Held only for a moment, because its last holder's close is how we learn that the host is gone."""
        far_end = os.open(self.node, os.O_RDWR | os.O_NOCTTY)
        try:
            act(far_end)
        finally:
            os.close(far_end)

    def input(self, report):
        self.reports.append(report)
        os.write(self.wire, b"\1")

    def unplugged(self):
        self.gone = True
        os.close(self.wire)

    def do_client_connected(self, client):
        say(event="opened", device=self.name)
        GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, self.wire, GLib.IOCondition.HUP, self.host_closed)

    def host_closed(self, _wire, _condition):
        if not self.gone:
            self.reports.clear()
            say(event="closed", device=self.name)
        return False

    def do_handle_read(self, client):
        if self.gone:
            client.complete(-1, errno.EIO)
            return True
        report = self.reports.pop(0) if self.reports else b""
        if not self.reports:
            self.at_far_end(lambda far_end: termios.tcflush(far_end, termios.TCIFLUSH))
        client.get_arg().update(0, list(report))
        client.complete(*((len(report), 0) if report else (-1, errno.EAGAIN)))
        return True

    def do_handle_write(self, client):
        if self.gone:
            client.complete(-1, errno.EIO)
            return True
        data = bytes(client.get_arg().retrieve())
        say(event="output", device=self.name, report=data.hex())
        client.complete(len(data), 0)
        return True

    def do_handle_ioctl(self, client):
        request = client.get_request()
        kind, number, size = (request >> 8) & 0xFF, request & 0xFF, (request >> 16) & 0x3FFF
        if kind != ord("H"):
            return False
        if self.gone:
            client.complete(-1, errno.EIO)
            return True
        argument = client.get_arg().resolve(0, size)
        if number in (SET_FEATURE, GET_FEATURE):
            # The device answers: the asker waits until `feature-answer` comes.
            self.asker = (client, argument, number == GET_FEATURE)
            asked = bytes(argument.retrieve())
            if number == SET_FEATURE:
                say(event="feature", device=self.name, report=asked[:size].hex())
            else:
                say(event="feature-wanted", device=self.name, number=asked[0])
            return True
        answer = {
            GET_DESCRIPTOR_SIZE: struct.pack("<I", len(self.descriptor)),
            GET_DESCRIPTOR: struct.pack("<I", len(self.descriptor)) + self.descriptor,
            GET_INFO: struct.pack("<IHH", 3, int(self.model["vendorId"], 16), int(self.model["productId"], 16)),
            GET_NAME: self.model["product"].encode() + b"\0",
            GET_PHYS: b"usb-mock\0",
            GET_UNIQ: self.model["serial"].encode() + b"\0",
        }.get(number)
        if answer is None:
            return False
        argument.update(0, list(answer))
        client.complete(0 if number in (GET_DESCRIPTOR_SIZE, GET_DESCRIPTOR, GET_INFO) else len(answer), 0)
        return True

    def feature_answer(self, report):
        client, argument, is_read = self.asker
        self.asker = None
        if report is None:
            client.complete(-1, errno.EPIPE)
        elif is_read:
            held = report[: len(bytes(argument.retrieve()))]
            argument.update(0, list(held))
            client.complete(len(held), 0)
        else:
            client.complete(len(report), 0)


class Bed:
    def __init__(self):
        self.testbed = UMockdev.Testbed.new()
        self.devices = {}
        self.paths = {}
        # The test bed never forgets a node, so each plug gets the next number, as the kernel's do when the last one is still held.
        self.plugs = 0

    def plug(self, name, model):
        number = self.plugs
        self.plugs += 1
        usb = f"/devices/pci0000:00/0000:00:14.0/usb1/1-{number + 1}"
        interface = f"{usb}/1-{number + 1}:1.0"
        ids = f"{model['vendorId'].upper()}:{model['productId'].upper()}"
        hid = f"{interface}/0003:{ids}.{number + 1:04X}"
        raw = f"{hid}/hidraw/hidraw{number}"
        # Before the node is there: adding it tells udev's listeners, who may open it at once.
        device = Device(name, model)
        self.devices[name] = device
        self.paths[name] = (f"/dev/hidraw{number}", [raw, hid, interface, usb])
        self.testbed.attach_ioctl(f"/dev/hidraw{number}", device)
        self.testbed.add_from_string(
            f"P: {usb}\nE: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nE: PRODUCT={model['vendorId']}/{model['productId']}/100\n"
            f"A: idVendor={model['vendorId']}\\n\nA: idProduct={model['productId']}\\n\nA: manufacturer={model['manufacturer']}\\n\n"
            f"A: product={model['product']}\\n\nA: serial={model['serial']}\\n\nA: bcdDevice=0100\\n\n\n"
            f"P: {interface}\nE: DEVTYPE=usb_interface\nE: SUBSYSTEM=usb\nA: bInterfaceNumber={model.get('interface', 0):02X}\\n\n\n"
            f"P: {hid}\nE: SUBSYSTEM=hid\nE: HID_ID=0003:0000{model['vendorId'].upper()}:0000{model['productId'].upper()}\n"
            f"E: HID_NAME={model['product']}\nE: HID_PHYS=usb-mock\nE: HID_UNIQ={model['serial']}\nH: report_descriptor={model['descriptor'].replace(' ', '').upper()}\n\n"
            f"P: {raw}\nN: hidraw{number}\nE: DEVNAME=/dev/hidraw{number}\nE: SUBSYSTEM=hidraw\nL: device=../..\n\n"
        )
        device.plugged_into(self.testbed, f"/dev/hidraw{number}")

    def unplug(self, name):
        device = self.devices.pop(name)
        node, places = self.paths.pop(name)
        device.unplugged()
        for place in places:
            self.testbed.uevent("/sys" + place, "remove")
            self.testbed.remove_device("/sys" + place)
        self.testbed.detach_ioctl(node)
        real = os.path.join(self.testbed.get_root_dir(), node.lstrip("/"))
        if os.path.lexists(real):
            os.remove(real)

    def obey(self, line):
        try:
            self.carry_out(line)
        except Exception:
            # GLib would print it and go on, and whoever gave the order would wait for ever.
            traceback.print_exc()
            os._exit(1)

    def carry_out(self, line):
        order = json.loads(line)
        kind, name = order["order"], order["device"]
        if kind == "plug":
            self.plug(name, order["model"])
        elif kind == "unplug":
            self.unplug(name)
        elif kind == "input":
            self.devices[name].input(bytes.fromhex(order["report"]))
        elif kind == "feature-answer":
            report = order["report"]
            device = self.devices.get(name)
            if device is not None:
                device.feature_answer(None if report is None else bytes.fromhex(report))
        say(event="done", device=name, path=self.paths.get(name, ("",))[0])
        return False


def main():
    bed = Bed()
    loop = GLib.MainLoop()
    # A thread of its own reads: the test bed answers on the main loop, also while nobody gives orders.
    def listen():
        for line in sys.stdin:
            GLib.idle_add(bed.obey, line)
        GLib.idle_add(loop.quit)

    threading.Thread(target=listen, daemon=True).start()
    say(event="ready", root=bed.testbed.get_root_dir())
    loop.run()


main()
