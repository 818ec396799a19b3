import { LIMITS } from '#core/base/limits.ts';
import type { DeviceTestResult } from '#core/contract/local/technician.ts';
import type { Timers } from '#core/ports/clock.ts';
import type { LampColour, Signal } from '#core/ports/indicator.ts';
import type { LobbyLight } from '../devices/stable-ports.ts';

const COLOURS: readonly LampColour[] = ['red', 'amber', 'green', 'blue', 'white'];
const BEEP: Signal = { light: undefined, beeps: 'one-short', words: 'BUZZER' };

/** Each lamp in turn and one beep, for somebody who looks. A guest's verdict takes the light back at once. */
export async function testLight(light: Pick<LobbyLight, 'borrow'>, timers: Timers): Promise<DeviceTestResult> {
  const borrowed = light.borrow();
  const signals = [...COLOURS.map((colour): Signal => ({ light: { colour, rhythm: 'steady' }, beeps: 'none', words: colour.toUpperCase() })), BEEP];
  for (const signal of signals) {
    const shown = borrowed.show(signal);
    if (shown !== 'shown') return { outcome: 'failed', ...NOT_SHOWN[shown] };
    await new Promise<void>((resolve) => timers.after(LIMITS.devices.lampTestEach, resolve));
  }
  borrowed.giveBack();
  return {
    outcome: 'passed',
    detail: {
      zh: '依次亮了红、黄、绿、蓝、白，最后响一声。没有的颜色不亮。',
      en: 'Red, amber, green, blue and white were shown in turn, then one beep. A lamp that the light does not have stayed dark.',
    },
  };
}

const NOT_SHOWN = {
  'taken-back': {
    code: 'E-TST-LIGHT-NEEDED',
    detail: { zh: '有客人来，通道要用灯。', en: 'The lane needed its light for a guest.' },
    remedy: { zh: '没人的时候再试。', en: 'Try again when nobody comes.' },
  },
  absent: {
    code: 'E-DEV-ABSENT',
    detail: { zh: '测试途中灯断开了。', en: 'The light went away during the test.' },
    remedy: { zh: '检查数据线和电源。', en: 'Check its cable and power.' },
  },
} as const;
