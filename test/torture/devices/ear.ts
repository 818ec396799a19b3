import { concatBytes, toHex } from '#core/base/bytes.ts';
import type { Transport } from '#core/ports/link.ts';

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
    transport: {
      place: transport.place,
      open: async (events) => {
        const opened = await transport.open({
          ...events,
          bytes: (bytes) => {
            got.push(bytes.slice());
            events.bytes(bytes);
          },
        });
        if (!opened.ok) return opened;
        const link = opened.value;
        return {
          ok: true,
          value: {
            get isOpen() {
              return link.isOpen;
            },
            write: (bytes) => {
              sent.push(bytes.slice());
              return link.write(bytes);
            },
            close: () => link.close(),
          },
        };
      },
    },
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
