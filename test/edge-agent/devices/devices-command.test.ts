import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { composePorts } from '#agent/composition/ports.ts';
import { Device } from '#agent/configuration/device-schema.ts';
import { type DevicesCall, runDevicesCommand } from '#agent/devices/devices-command.ts';
import { doctorText, examined, runDoctorCommand } from '#agent/devices/doctor-command.ts';
import { openLedger } from '#agent/ledger/ledger.ts';
import { systemClock, systemRandom, systemTimers } from '#agent/runtime/clock.ts';
import { assert, FaultError } from '#core/base/fault.ts';
import { DeviceId } from '#core/contract/identifiers.ts';
import { Discovery } from '#core/contract/local/discovery.ts';
import { NO_TRAFFIC } from '#core/ports/health.ts';
import { REMEDY } from '#core/ports/health-words.ts';
import { createGateSimulator } from '#drivers/modbus-gate/gate-simulator.ts';
import { createScannerSimulator } from '#drivers/serial-scanner/scanner-simulator.ts';
import { serveOverPty } from '#drivers/simulation/serve-over-pty.ts';
import type { SimulatedDevice } from '#drivers/simulation/simulated-device.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { GATE_OPTIONS } from '#test/device-drivers/modbus-gate/gate-bench.ts';
import { scratchFolder } from '#test/support/scratch.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

async function ptyOf(device: SimulatedDevice): Promise<string> {
  const served = await serveOverPty(device);
  if (!served.ok) throw new FaultError(served.error);
  onTestFinished(() => served.value.close());
  return served.value.path;
}

/** A gate of one lane whose devices hang on these lines. */
function machine(scanner: string, gate: string): DevicesCall {
  const folder = scratchFolder();
  const config = join(folder, 'gate.yaml');
  writeFileSync(
    config,
    `machine: gate-a
site: "36090702"
boxOffice: { kind: embedded }
broker: { kind: embedded }
gate: { lanes: [{ id: lane-1, name: Gate, scanner: lane-scanner, gate: turnstile }] }
devices:
  - { id: lane-scanner, driver: serial-scanner, link: ${scanner} }
  - { id: turnstile, driver: modbus-gate, link: ${gate} }
`,
  );
  return { words: [], data: join(folder, 'data'), root, config, json: true, language: 'en' };
}
const serial = (path: string): string => `{ kind: serial, path: ${path} }`;

const read = async (call: DevicesCall): Promise<Discovery> => Discovery.parse(JSON.parse((await runDevicesCommand(call)).text));

describe('foyer devices', () => {
  it('lists what the configuration names, and what is missing with what was looked for', async () => {
    const path = await ptyOf(createScannerSimulator({ timers: systemTimers }));
    const call = machine(serial(path), '{ kind: usb, vendor: "1a86", product: "7523", port: "9-9" }');
    expect((await runDevicesCommand({ ...call, json: false })).text).toMatch(/lane-scanner +\/dev\/pts\/\d+ \(its path\)/);
    expect((await read(call)).devices).toEqual([
      { device: 'lane-scanner', match: 'matched', paths: [expect.stringMatching(/^\/dev\/pts\//)], assigned: false, looksFor: [`serial ${path}`] },
      { device: 'turnstile', match: 'missing', paths: [], assigned: false, looksFor: ['usb 1a86:7523, socket 9-9'] },
    ]);
    const { text } = await runDevicesCommand({ ...call, json: false });
    expect(text).toContain('lane-scanner         /dev/pts/');
    expect(text).toContain('turnstile            not there; looked for usb 1a86:7523, socket 9-9');
    expect((await runDevicesCommand({ ...call, json: false, language: 'zh' })).text).toContain('没有找到；查找：usb 1a86:7523');
  });

  it('keeps what a person said over a restart, writes it into the audit, and takes it back', async () => {
    const paths = [await ptyOf(createScannerSimulator({ timers: systemTimers })), await ptyOf(createScannerSimulator({ timers: systemTimers }))];
    const call = machine(serial(paths[0] ?? ''), serial(paths[1] ?? ''));
    const places = async () => new Map((await read(call)).devices.map(({ device, paths: [path], assigned }) => [`${device}`, `${path} ${assigned}`]));
    const before = await places();
    const other = (await read(call)).devices[1]?.paths[0] ?? '';
    const said = await runDevicesCommand({ ...call, words: ['assign', 'lane-scanner', other] });
    expect(said).toEqual({ exit: 0, text: `lane-scanner is what is plugged in as ${other}.` });
    expect((await places()).get('lane-scanner')).toBe(`${other} true`);

    const ledger = openLedger(join(call.data, 'ledger.db'), { clock: systemClock, random: systemRandom, boot: 'test' });
    const audits = ledger.database.prepare(`SELECT body FROM outbox WHERE type = 'audit'`).pluck().all().join();
    expect(audits).toContain(`"action":"device-assigned","by":"terminal","detail":"lane-scanner is ${paths[1]}"`);
    ledger.close();

    expect((await runDevicesCommand({ ...call, words: ['release', 'lane-scanner'] })).exit).toBe(0);
    expect(await places()).toEqual(before);
  });

  it('refuses what is not plugged in, and what is no device of the machine', async () => {
    const call = machine('{ kind: usb }', '{ kind: simulated }');
    expect(await runDevicesCommand({ ...call, words: ['assign', 'lane-scanner', '/dev/none'] })).toMatchObject({
      exit: 65,
      text: expect.stringContaining('E-DEV-NO-PORT'),
    });
    expect(await runDevicesCommand({ ...call, words: ['assign', 'turnstile', '/dev/none'] })).toMatchObject({
      exit: 65,
      text: expect.stringContaining('E-DEV-NOT-PLUGGED'),
    });
    expect((await runDevicesCommand({ ...call, words: ['assign', 'lane-scanner'] })).exit).toBe(64);
  });

  it('refuses a file of assignments that is none', async () => {
    const call = machine('{ kind: usb }', '{ kind: simulated }');
    await runDevicesCommand({ ...call, words: ['release', 'lane-scanner'] });
    writeFileSync(join(call.data, 'device-assignments.json'), '{"version":1,"assignments":[{"device":"lane-scanner","is":{}}]}');
    await expect(runDevicesCommand(call)).rejects.toMatchObject({ fault: { code: 'E-DEV-ASSIGNMENTS' } });
  });
});

describe('a technician’s word while the agent runs', () => {
  it('moves the device at once', async () => {
    const paths = [await ptyOf(createScannerSimulator({ timers: systemTimers })), await ptyOf(createScannerSimulator({ timers: systemTimers }))];
    const data = scratchFolder();
    const ledger = openLedger(':memory:', { clock: systemClock, random: systemRandom, boot: 'test' });
    onTestFinished(() => ledger.close());
    const device = DeviceId.parse('lane-scanner');
    const link = { kind: 'serial' as const, path: paths[0] ?? '', baudRate: 9_600 };
    const spare = { kind: 'serial' as const, path: paths[1] ?? '', baudRate: 9_600 };
    const devices = [
      Device.parse({ id: device, driver: 'serial-scanner', link }),
      Device.parse({ id: 'spare', driver: 'serial-scanner', link: spare }),
    ];
    const ports = composePorts({ data, devices, ledger, clock: systemClock, timers: systemTimers });
    const told: string[] = [];
    const stop = ports.start({ present: (id) => told.push(`present ${id}`), moved: (id) => told.push(`moved ${id}`) }, () => told.push('changed'));
    onTestFinished(stop);
    const other = ports.report()?.devices[1]?.paths[0];
    expect(ports.assign(device, other, 'technician').ok).toBe(true);
    expect(told).toContain('moved lane-scanner');
    expect(told).toContain('changed');
    // Two devices cannot be the same thing: what was said counts.
    expect(ports.report()?.devices).toMatchObject([{ match: 'matched', paths: [other], assigned: true }, { match: 'missing' }]);
  });
});

describe('foyer doctor', () => {
  it('opens and asks every device, and says in both languages how it is and what to do', { timeout: 180_000 }, async () => {
    const gate = createGateSimulator({ timers: systemTimers, ...GATE_OPTIONS });
    const path = await ptyOf(createScannerSimulator({ timers: systemTimers }));
    const call = machine(serial(path), serial(await ptyOf(gate)));
    const well = await runDoctorCommand({ ...call, json: false });
    expect(well.text).toMatch(/✓ Scanner lane-scanner: Ready/);
    expect(well.text).toMatch(/✓ Gate turnstile: Ready/);
    expect(well.exit).toBe(0);

    gate.setFault('unplugged', true);
    const ill = await runDoctorCommand(call);
    expect(ill.exit).toBe(1);
    expect(JSON.parse(ill.text)).toMatchObject({
      running: false,
      devices: [
        { device: 'lane-scanner', state: 'ready', what: { en: 'Ready', zh: '正常' }, toDo: { en: [], zh: [] } },
        { device: 'turnstile', state: 'absent', reasons: ['port-missing'], toDo: { zh: ['插好数据线；核对配置中的端口'] } },
      ],
    });
    const inChinese = await runDoctorCommand({ ...call, json: false, language: 'zh' });
    expect(inChinese.text).toContain('✗ 闸机 turnstile: 未连接 · 找不到端口');
  });

  it('says what exactly keeps a device away, and has a word for one that still is asked', { timeout: 180_000 }, async () => {
    const gate = createGateSimulator({ timers: systemTimers, ...GATE_OPTIONS });
    const call = machine('{ kind: simulated }', serial(await ptyOf(gate)));
    gate.setFault('no-answer', true);
    const mute = await runDoctorCommand({ ...call, json: false });
    expect(mute.text).toContain('✗ Gate turnstile: Not there · No answer from the device');
    expect(mute.text).toContain('    unit 1 on the Modbus line does not answer\n    → Check the board');
    expect((await runDoctorCommand({ ...call, json: false, language: 'zh' })).text).toContain(`→ ${REMEDY['no-answer'].zh}`);

    const asked = {
      device: 'x',
      class: 'payment-terminal',
      driver: 'zvt-terminal',
      place: 'simulated',
      since: systemClock.wall(),
      counters: NO_TRAFFIC,
    } as const;
    const finding = examined({ ...asked, state: { kind: 'connecting', reasons: [] } }, undefined);
    expect(doctorText([finding], false, { json: false, language: 'en' })).toContain(`→ ${REMEDY['no-answer'].en}`);
    const old = { code: 'E-LNK-LOST', owner: 'device', message: 'the line was lost' } as const;
    expect(doctorText([examined({ ...asked, state: { kind: 'ready', reasons: [] } }, old)], false, { json: false, language: 'en' })).not.toContain(
      old.message,
    );
  });

  it('says of a device that nothing tells by its looks that a person has to', { timeout: 180_000 }, async () => {
    const { text } = await runDoctorCommand({ ...machine('{ kind: simulated }', '{ kind: usb }'), json: false });
    expect(text).toContain('nothing tells such a device by its looks\n    → Plug it in. Say which one it is');
    const { text: known } = await runDoctorCommand({ ...machine('{ kind: usb }', '{ kind: simulated }'), json: false });
    expect(known).toContain('nothing like it is plugged in');
  });

  it('says that a port is held, which is not being absent', { timeout: 180_000 }, async () => {
    const path = await ptyOf(createScannerSimulator({ timers: systemTimers }));
    const holder = await serialTransport({ path, baudRate: 9_600 }).open({ bytes: () => undefined, closed: () => undefined });
    assert(holder.ok, 'the port is free at first');
    onTestFinished(() => holder.value.close());
    const { text } = await runDoctorCommand(machine(serial(path), '{ kind: simulated }'));
    expect(JSON.parse(text)).toMatchObject({ devices: [{ device: 'lane-scanner', state: 'blocked', reasons: ['port-busy'] }, { state: 'ready' }] });
  });
});
