import fc from 'fast-check';
import { transform } from 'receiptline';
import { expect, it } from 'vitest';
import { concatBytes, toHex } from '#core/base/bytes.ts';
import { columnsOf, toPaperText } from '#core/paper/paper-text.ts';
import { parseCommand } from '#drivers/escpos-printer/simulator/byte-parser.ts';
import { characterEncoder } from '#drivers/ticket-printer/paper/characters.ts';

/** `receiptline` encodes GB18030 for ESC/POS as well: on what character generators have, both must say the same bytes. */

function foreign(text: string): Uint8Array {
  const commands = Uint8Array.from(Buffer.from(transform(text, { cpl: 48, encoding: 'gb18030', command: 'escpos', cutting: false }), 'binary'));
  const letters: number[] = [];
  for (let at = 0; at < commands.length; ) {
    const parsed = parseCommand(commands, at);
    if (parsed === 'incomplete') break;
    if (parsed.command.kind === 'character') letters.push(parsed.command.byte);
    at += parsed.length;
  }
  return Uint8Array.from(letters);
}

const own = (text: string): Uint8Array => characterEncoder({ set: 'gb18030' })(text) ?? concatBytes();

/** The two-byte part of GB 2312, and ASCII letters and digits; receiptline gives punctuation of ASCII a meaning of its own. */
const everyHanzi = Array.from({ length: 0xf7 - 0xb0 + 1 }, (_, row) => row + 0xb0).flatMap((lead) =>
  Array.from({ length: 94 }, (_, cell) => new TextDecoder('gb18030').decode(Uint8Array.of(lead, cell + 0xa1))).filter((text) =>
    /^\p{Script=Han}$/u.test(text),
  ),
);

it('receiptline and we send the same bytes for all 6,763 characters of GB 2312', () => {
  expect(everyHanzi.length).toBe(6_763);
  for (let at = 0; at < everyHanzi.length; at += 20) {
    const line = everyHanzi.slice(at, at + 20).join('');
    expect(toHex(own(line))).toBe(toHex(foreign(line)));
  }
});

it('and for any mixture of them with letters and digits', () => {
  const character = fc.oneof(fc.constantFrom(...everyHanzi), fc.constantFrom(...'ABCXYZabcxyz0123456789（）：，。￥'));
  fc.assert(
    fc.property(fc.array(character, { minLength: 1, maxLength: 20 }), (characters) => {
      const text = toPaperText(characters.join(''));
      fc.pre(text !== '' && columnsOf(text) <= 46);
      expect(toHex(own(text))).toBe(toHex(foreign(text)));
    }),
    { numRuns: 200 },
  );
});
