import type { SampleName } from '../text/bench.ts';

/** Codes that people really hold under a scanner, by mistake or on purpose. None of them is anybody's. */
export const SAMPLES: Readonly<Record<SampleName, string>> = {
  wechat: '134567890123456789',
  alipay: '281234567890123456',
  unionpay: '6212345678901234567',
  'pick-up': '482917305662',
  phone: '13800138000',
  text: 'two tickets please',
  link: 'https://example.com/t?id=1%27%20OR%201=1',
  damaged: 'FY1:6BF+70',
  // This cinema, its first key, a ticket number, and a signature of 64 equal bytes that nobody made.
  forged: `FY1:W50AC02UMC005RQTO4HBU000W3A3H0/:AF20OXI6GR3YI.69PXI.1B${'0JB'.repeat(31)}02`,
  // 电影票信息码: eight digits of a cinema in another province and 172 characters.
  'other-cinema': `11050101${'7'.repeat(172)}`,
  control: 'FY1:\u0000\u0007\u001b[2J',
  long: 'A'.repeat(4_000),
};

export const SAMPLE_NAMES = Object.keys(SAMPLES) as readonly SampleName[];
