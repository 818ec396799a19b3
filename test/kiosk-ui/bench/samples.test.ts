import { expect, test } from 'vitest';
import { SiteId } from '#core/contract/identifiers.ts';
import { classifyScan } from '#core/ticket/classify.ts';
import { SAMPLES } from '../../../kiosk-ui/bench/samples.ts';
import type { SampleName } from '../../../kiosk-ui/text/bench.ts';

/** Each sample is really what its label promises, by the product's own classifier. */
const KIND: Readonly<Record<SampleName, object>> = {
  wechat: { kind: 'payment-code', scheme: 'wechat' },
  alipay: { kind: 'payment-code', scheme: 'alipay' },
  unionpay: { kind: 'payment-code', scheme: 'unionpay' },
  'pick-up': { kind: 'pick-up-code' },
  phone: { kind: 'phone' },
  text: { kind: 'foreign-code' },
  link: { kind: 'foreign-code' },
  damaged: { kind: 'damaged-ticket' },
  forged: { kind: 'ticket' },
  'other-cinema': { kind: 'ticket-info-code', cinema: 'other' },
  control: { kind: 'unreadable' },
  long: { kind: 'unreadable' },
};

test.each(Object.entries(SAMPLES) as [SampleName, string][])('%s', (name, text) => {
  expect(classifyScan(new TextEncoder().encode(text), SiteId.parse('36090702'))).toMatchObject(KIND[name]);
});
