import { concatBytes, toHex } from '#core/base/bytes.ts';
import type { Transport } from '#core/ports/link.ts';
import { tapped } from '#test/support/tapped-transport.ts';

/** What travelled over one cable, in both directions, since somebody last asked. It changes nothing. */
export interface Ear {
  readonly transport: Transport;
  /** Empties both sides. */
  take(): { readonly sent: Uint8Array; readonly got: Uint8Array };
}

export function listenTo(transport: Transport): Ear {
  let sent: Uint8Array[] = [];
  let got: Uint8Array[] = [];
  return {
    transport: tapped(transport, {
      toHost: (bytes, pass) => {
        got.push(bytes.slice());
        pass(bytes);
      },
      toDevice: (bytes, pass) => {
        sent.push(bytes.slice());
        return pass(bytes);
      },
    }),
    take: () => {
      const heard = { sent: concatBytes(...sent), got: concatBytes(...got) };
      sent = [];
      got = [];
      return heard;
    },
  };
}

/** [GS ( H fn 48] Whether one of the process ids that were asked for came back: `1D 28 48 06 00 30 30 d1..d4`, answered by `37 22 d1..d4 00`. */
export function hasEcho({ sent, got }: { readonly sent: Uint8Array; readonly got: Uint8Array }): boolean {
  const answers = toHex(got).replaceAll(' ', '').toLowerCase();
  const asked = [
    ...toHex(sent)
      .replaceAll(' ', '')
      .toLowerCase()
      .matchAll(/1d2848060030 ?30(.{8})/g),
  ].map(([, token = '']) => token);
  return asked.some((token) => answers.includes(`3722${token}00`));
}
