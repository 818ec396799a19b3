import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, concatBytes, fromHex, toHex } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import { cmac } from '#drivers/smart-card/aes.ts';
import { native, parseAnswer } from '#drivers/smart-card/apdu.ts';
import { createCardPresence } from '#drivers/smart-card/card-presence.ts';
import { BENCH_PROOF, desfireChip, type SimulatedChip, simulatedChip } from '#drivers/smart-card/card-simulator.ts';
import { authenticate, type CardDialogue, keyOfCard, proveCard } from '#drivers/smart-card/desfire.ts';
import { examineChip } from '#drivers/smart-card/examination.ts';
import an10922 from '#test/fixtures/smart-card/an10922.json' with { type: 'json' };
import real from '#test/fixtures/smart-card/desfire-aes.json' with { type: 'json' };

const hex = (text: string): Uint8Array => {
  const bytes = fromHex(text);
  assert(bytes !== undefined, text);
  return bytes;
};

/** Plays a dialogue against whatever answers; the commands that were asked go with the outcome. */
function play<Outcome>(dialogue: CardDialogue<Outcome>, answer: (command: Uint8Array) => Uint8Array) {
  const asked: string[] = [];
  for (let step = dialogue.next(); ; ) {
    if (step.done) return { outcome: step.value, asked };
    asked.push(toHex(step.value));
    step = dialogue.next(answer(step.value));
  }
}

const challenge = hex('F44B26F5686F3A391CD38EBD10772281');
const aUid = fc.uint8Array({ minLength: 7, maxLength: 7 });
const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe('AES of chip cards', () => {
  const key = hex('2b7e151628aed2a6abf7158809cf4f3c');
  const message = hex('6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411');
  it.each([
    [0, 'bb1d6929e95937287fa37d129b756746'],
    [16, '070a16b46b4d4144f79bdd9dd04a287c'],
    [40, 'dfa66747de9ae63030ca32611497c827'],
  ])('has the CMAC of RFC 4493 for %i bytes', (length, mac) => {
    expect(toHex(cmac(key, message.subarray(0, length)))).toBe(mac);
  });

  it('has the key of the example of AN10922', () => {
    const { masterKey, uid, application, systemId } = an10922;
    const proof = { keyId: 'k', keyNumber: 0, masterKey: hex(masterKey), application: hex(application), systemId: hex(systemId) };
    expect(toHex(keyOfCard(proof, hex(uid))).toUpperCase()).toBe(an10922.key);
  });
});

describe('a chip that proves its number', () => {
  it('is believed as the real card of the transcript was, byte for byte', () => {
    const answers = [`${real.firstAnswer}91AF`, `${real.lastAnswer}9100`];
    const { outcome, asked } = play(authenticate(hex(real.key), real.keyNumber, hex(real.ours)), () => hex(answers.shift() ?? ''));
    expect(asked.map((command) => command.toUpperCase())).toEqual(['90AA0000010000', `90AF000020${real.sent}00`]);
    expect(outcome).toBe('proven');
  });

  it('is not believed when one bit of its last answer is another', () => {
    fc.assert(
      fc.property(fc.nat(15), fc.nat(7), (at, bit) => {
        const last = hex(real.lastAnswer);
        last[at] = (last[at] ?? 0) ^ (1 << bit);
        const answers = [hex(`${real.firstAnswer}91AF`), concatBytes(last, hex('9100'))];
        expect(play(authenticate(hex(real.key), real.keyNumber, hex(real.ours)), () => answers.shift() ?? new Uint8Array()).outcome).toBe('false');
      }),
    );
  });

  it('proves its own number and nobody else’s, whatever the numbers', () => {
    fc.assert(
      fc.property(aUid, aUid, sixteen, sixteen, (uid, other, masterKey, fresh) => {
        const proof = { ...BENCH_PROOF, masterKey };
        const chip = desfireChip(uid, proof.application, proof.keyNumber, keyOfCard(proof, uid));
        expect(play(proveCard(uid, proof, fresh), chip.answer).outcome).toBe('proven');
        fc.pre(toHex(uid) !== toHex(other));
        expect(play(proveCard(other, proof, fresh), chip.answer).outcome).toBe('false');
      }),
    );
  });

  it('is not proven by its answers of yesterday', () => {
    const chip = simulatedChip('member', BENCH_PROOF);
    const heard: Uint8Array[] = [];
    play(proveCard(chip.uid, BENCH_PROOF, challenge), (command) => {
      const said = chip.answer(command);
      heard.push(said);
      return said;
    });
    const replay = heard.slice();
    expect(
      play(
        proveCard(
          chip.uid,
          BENCH_PROOF,
          challenge.map((byte) => byte ^ 1),
        ),
        () => replay.shift() ?? new Uint8Array(),
      ).outcome,
    ).toBe('false');
  });
});

describe('what is asked of a chip', () => {
  const examine = (chip: Pick<SimulatedChip, 'uid' | 'hasCommands' | 'answer'>, key = BENCH_PROOF) =>
    play(examineChip({ uid: chip.uid, technology: 'iso14443a', hasCommands: chip.hasCommands }, { key, challenge }), chip.answer);

  it('a member’s card proves its number', () => {
    expect(examine(simulatedChip('member', BENCH_PROOF)).outcome).toMatchObject({
      kind: 'contactless',
      proof: { kind: 'challenge', keyId: 'bench' },
    });
  });

  it('of a payment card nothing more is asked and nothing is told, not its number either', () => {
    const { outcome, asked } = examine(simulatedChip('payment', BENCH_PROOF));
    expect(asked).toEqual(['00a404000e325041592e5359532e444446303100']);
    expect(outcome).toEqual({ kind: 'payment-card-refused' });
  });

  it('a payment card that has more to tell is one as well', () => {
    expect(examine({ uid: hex('04010203'), hasCommands: true, answer: () => hex('611c') }).outcome).toEqual({ kind: 'payment-card-refused' });
  });

  it('a memory card says its number and is asked nothing', () => {
    const { outcome, asked } = examine(simulatedChip('unknown', BENCH_PROOF));
    expect(asked).toEqual([]);
    expect(outcome).toMatchObject({ kind: 'contactless', proof: { kind: 'none' } });
  });

  it('a card of another cinema says its number; one with the right application and the wrong key is no card', () => {
    const chip = simulatedChip('member', BENCH_PROOF);
    expect(examine(chip, { ...BENCH_PROOF, application: hex('010203') }).outcome).toMatchObject({ proof: { kind: 'none' } });
    expect(examine(chip, { ...BENCH_PROOF, masterKey: hex(real.key) }).outcome).toEqual({ kind: 'unreadable' });
  });

  it('no answer of a chip throws, and none but the right one proves anything', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }), (answers) => {
        const left = answers.slice();
        const { outcome } = examine({ uid: hex('04010203040506'), hasCommands: true, answer: () => left.shift() ?? new Uint8Array() });
        expect(outcome.kind === 'contactless' && outcome.proof.kind === 'challenge').toBe(false);
      }),
    );
  });

  it('writes commands as ISO/IEC 7816-4 has them, and reads answers of any length', () => {
    expect(toHex(native(0x5a, hex('f54230')))).toBe('905a000003f5423000');
    expect(toHex(native(0x60))).toBe('9060000000');
    expect(parseAnswer(ascii(''))).toBeUndefined();
    expect(parseAnswer(hex('9000'))).toEqual({ data: new Uint8Array(), status: 0x9000 });
  });
});

describe('a card that stays', () => {
  it('is one read, also at the edge of the field, and another one when it was away', () => {
    const presence = createCardPresence(3);
    const card = hex('04010203');
    expect([card, card, undefined, undefined, card].map((uid) => presence.found(uid))).toEqual([true, false, false, false, false]);
    expect([undefined, undefined, undefined, card].map((uid) => presence.found(uid))).toEqual([false, false, false, true]);
  });

  it('and a phone that says another number each time is the same phone', () => {
    const presence = createCardPresence(2);
    expect([hex('08010203'), hex('08ffeedd'), hex('04010203')].map((uid) => presence.found(uid))).toEqual([true, false, true]);
  });
});
