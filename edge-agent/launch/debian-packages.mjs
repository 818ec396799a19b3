// What the tests use from Debian, and how it gets onto the machine when this program may put it there.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Package, and the file by which we know that it is there. */
const WANTED = [
  { name: 'chromium-headless-shell', file: '/usr/bin/chromium-headless-shell', use: 'drives the screens in the browser tests' },
  { name: 'mosquitto', file: '/usr/sbin/mosquitto', use: 'a broker of somebody else, for MQTT 5' },
  { name: 'socat', file: '/usr/bin/socat', use: 'serial lines that are real PTYs' },
  { name: 'zbar-tools', file: '/usr/bin/zbarimg', use: 'an independent reader of the printed bar codes' },
  { name: 'strace', file: '/usr/bin/strace', use: 'makes the disk fail where a test says so' },
  { name: 'gcc', file: '/usr/bin/gcc', use: 'compiles the recorder that stands between the agent and the disk, and the gate in C of the benchmarks' },
  { name: 'libc6-dev', file: '/usr/include/stdio.h', use: 'what both are compiled against' },
  { name: 'libsqlite3-dev', file: '/usr/include/sqlite3.h', use: 'the database of the gate in C' },
  { name: 'libssl-dev', file: '/usr/include/openssl/evp.h', use: 'its signatures' },
  { name: 'udev', file: '/usr/bin/udevadm', use: 'says what is plugged in and when' },
  { name: 'umockdev', file: '/usr/bin/umockdev-run', use: 'USB and HID devices that are not there' },
  { name: 'gir1.2-umockdev-1.0', file: '/usr/share/doc/gir1.2-umockdev-1.0/copyright', use: 'plugs those devices in and out' },
  { name: 'python3-gi', file: '/usr/lib/python3/dist-packages/gi/__init__.py', use: 'speaks to umockdev' },
  { name: 'python3-pymodbus', file: '/usr/lib/python3/dist-packages/pymodbus/__init__.py', use: "a relay board of somebody else's" },
  { name: 'python3-serial-asyncio', file: '/usr/lib/python3/dist-packages/serial_asyncio/__init__.py', use: 'its serial line' },
  { name: 'mbpoll', file: '/usr/bin/mbpoll', use: "a Modbus master of somebody else's" },
  { name: 'pcscd', file: '/usr/sbin/pcscd', use: 'the card reader service' },
  { name: 'vsmartcard-vpcd', file: '/usr/lib/pcsc/drivers/serial/libifdvpcd.so', use: 'a card reader that is not there' },
  { name: 'zint', file: '/usr/bin/zint', use: 'an independent maker of bar codes' },
  { name: 'gpiod', file: '/usr/bin/gpioset', use: 'the lines of a GPIO chip' },
  { name: 'fonts-noto-cjk', file: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc', use: 'Chinese letters in the browser' },
];

/**
 * Installs what is missing when this is Debian and we are root (or may become it without a password).
 * @param {(line: string) => void} say
 * @param {string[]} names only these packages
 * @returns {string[]} what is still missing, each with its use
 */
export function installDebianPackages(say, names = WANTED.map(({ name }) => name)) {
  const wanted = WANTED.filter(({ name }) => names.includes(name));
  const missing = wanted.filter(({ file }) => !existsSync(file));
  if (missing.length === 0) return [];
  const asRoot = rootPrefix();
  if (asRoot === undefined || !existsSync('/usr/bin/apt-get')) return missing.map(describe);
  say(`Installing from Debian: ${missing.map(({ name }) => name).join(', ')} …`);
  const run = (...args) => {
    const [command, ...rest] = [...asRoot, 'apt-get', '-qq', '-o', 'Dpkg::Use-Pty=0', ...args];
    return spawnSync(command, rest, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status;
  };
  run('update');
  run('install', '-y', '--no-install-recommends', ...missing.map(({ name }) => name));
  return wanted.filter(({ file }) => !existsSync(file)).map(describe);
}

function describe({ name, use }) {
  return `${name} (${use})`;
}

function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : undefined;
}
