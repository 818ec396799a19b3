"""Two relay boards of pymodbus' making on the serial port named first: eight coils and eight inputs each, with flash-on as Waveshare's boards have it, at
units 1 and 2.

Reads `input N 0|1` (of unit 1) from standard input; writes `ready`, and `coil N 0|1` (of unit 1) or `lamp N 0|1` (of unit 2) to standard output."""

import asyncio
import struct
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.pdu import ModbusExceptions, ModbusRequest, ModbusResponse
from pymodbus.server import StartAsyncSerialServer
from pymodbus.transaction import ModbusRtuFramer

COILS, INPUTS = 1, 2


def board():
    # Coil and input 0 are the block's address 1 (zero mode off).
    return ModbusSlaveContext(di=ModbusSequentialDataBlock(1, [0] * 8), co=ModbusSequentialDataBlock(1, [0] * 8))


store, lights = board(), board()


def set_coil(context, number, value):
    context.setValues(COILS, number, [value])
    print(f"{'lamp' if context is lights else 'coil'} {number} {int(value)}", flush=True)


class WriteCoilResponse(ModbusResponse):
    function_code = 5
    _rtu_frame_size = 8

    def __init__(self, address=0, value=0, **kwargs):
        super().__init__(**kwargs)
        self.address, self.value = address, value

    def encode(self):
        return struct.pack(">HH", self.address, self.value)


class WriteCoilRequest(ModbusRequest):
    """Function 5; pymodbus' own knows nothing of a coil that goes off by itself."""

    function_code = 5
    _rtu_frame_size = 8

    def decode(self, data):
        self.address, self.value = struct.unpack(">HH", data)

    def execute(self, context):
        number, is_flash = self.address & 0xFF, self.address >> 8 == 2
        if not context.validate(COILS, number, 1):
            return self.doException(ModbusExceptions.IllegalAddress)
        if is_flash:
            set_coil(context, number, True)
            asyncio.get_event_loop().call_later(self.value / 10, set_coil, context, number, False)
        elif self.value in (0xFF00, 0):
            set_coil(context, number, self.value == 0xFF00)
        else:
            return self.doException(ModbusExceptions.IllegalValue)
        return WriteCoilResponse(self.address, self.value)


async def commands():
    reader = asyncio.StreamReader()
    await asyncio.get_event_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        _, number, value = line.decode().split()
        store.setValues(INPUTS, int(number), [value == "1"])
    asyncio.get_event_loop().stop()


async def main():
    asyncio.get_event_loop().create_task(commands())
    server = await StartAsyncSerialServer(
        context=ModbusServerContext(slaves={1: store, 2: lights}, single=False),
        framer=ModbusRtuFramer,
        port=sys.argv[1],
        baudrate=9600,
        ignore_missing_slaves=True,
        defer_start=True,
    )
    server.decoder.register(WriteCoilRequest)
    # Opening a port throws away what was sent to it before.
    await server.start()
    print("ready", flush=True)
    await server.serve_forever()


asyncio.run(main())
