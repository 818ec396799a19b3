import type { Currency } from '#core/base/money.ts';
import { majorUnits } from '#core/base/money.ts';
import type { PhoneBehaviour, PhoneScheme, SimulatedPhone } from './phone.ts';
import type { PhoneAction, SimulatedPayment } from './simulated-payment.ts';

/** The page that a guest's phone opens from the QR code. Plain forms, no script, nothing from elsewhere: it works on any phone, and in a test. */

const SYMBOL: Readonly<Record<string, string>> = { CNY: '¥', EUR: '€', GBP: '£', USD: '$', HKD: 'HK$' };

const CHOICES: readonly { readonly action: PhoneAction; readonly zh: string; readonly en: string; readonly tone: string }[] = [
  { action: 'pay', zh: '确认支付', en: 'Pay', tone: 'primary' },
  { action: 'refuse', zh: '拒绝支付', en: 'Refuse', tone: 'plain' },
  { action: 'pay-late', zh: '支付，但渠道延迟答复', en: 'Pay, but the provider answers late', tone: 'plain' },
  { action: 'let-expire', zh: '什么都不做，等待超时', en: 'Do nothing and let it time out', tone: 'plain' },
];

export function phonePage(payment: SimulatedPayment, isLettingExpire: boolean): string {
  const amount = majorUnits({ minor: payment.minor, currency: payment.currency as Currency });
  const isOpen = payment.status === 'waiting' || payment.status === 'user-paying';
  const body = isOpen ? (isLettingExpire ? note('⏳', '等待超时', 'Left to time out: you may close this page') : choices(payment)) : outcome(payment);
  return page(`
    <p class="merchant">${htmlText(payment.description)}</p>
    <p class="amount"><span>${htmlText(SYMBOL[payment.currency] ?? payment.currency)}</span>${amount}</p>
    <p class="number">商户单号 Merchant order · ${htmlText(payment.merchantOrder)}</p>
    ${body}`);
}

export function unknownPaymentPage(): string {
  return page(note('?', '没有这笔支付', 'There is no such payment'));
}

const SCHEMES: Readonly<Record<PhoneScheme, string>> = { wechat: '类微信 WeChat-like', alipay: '类支付宝 Alipay-like' };
const BEHAVIOURS: Readonly<Record<PhoneBehaviour, { readonly zh: string; readonly en: string }>> = {
  pay: { zh: '立即付款', en: 'Pays at once' },
  password: { zh: '需要输入密码', en: 'Asks for a password' },
  busy: { zh: '输入密码期间不能撤销', en: 'Asks for a password and cannot be reversed meanwhile' },
  slow: { zh: '已付款，渠道延迟答复', en: 'Pays, but the provider answers late' },
  'answer-lost': { zh: '已付款，答复丢失', en: 'Pays, but the answer is lost' },
  refuse: { zh: '余额不足', en: 'Refused: no money' },
};

/** A phone is chosen by whose code it shows and by what it does when it is charged. */
export function newPhonePage(): string {
  const groups = Object.entries(SCHEMES).map(([scheme, name]) => {
    const buttons = Object.entries(BEHAVIOURS).map(
      ([behaviour, { zh, en }]) =>
        `<form method="post" action="/phone/${scheme}/${behaviour}"><button class="plain" id="${scheme}-${behaviour}">${zh}<small lang="en">${en}</small></button></form>`,
    );
    return `<h2 class="merchant">${name}</h2><div class="choices">${buttons.join('')}</div>`;
  });
  return page(
    `<p class="number">选择一部手机，得到它的付款码 · <span lang="en">Choose a phone to get its payment code</span></p>${groups.join('<br>')}`,
  );
}

/** Asks again by itself until the code was used; then it is the page of that payment. */
export function codePage({ code, scheme, behaviour }: SimulatedPhone): string {
  const { zh, en } = BEHAVIOURS[behaviour];
  return page(
    `
    <p class="merchant">${SCHEMES[scheme]} · ${zh} <span lang="en">${en}</span></p>
    <p class="amount code" id="code" data-code="${code}">${code.replace(/(\d{4})(?=\d)/g, '$1 ')}</p>
    <p class="number">让自助机扫描此码（只能用一次）· <span lang="en">Let the kiosk scan this code; it is good once</span></p>`,
    2,
  );
}

function choices(payment: SimulatedPayment): string {
  const buttons = CHOICES.map(
    ({ action, zh, en, tone }) =>
      `<form method="post" action="/pay/${htmlText(payment.token)}/${action}"><button class="${tone}" id="${action}">${zh}<small lang="en">${en}</small></button></form>`,
  );
  return `<div class="choices">${buttons.join('')}</div>`;
}

function outcome(payment: SimulatedPayment): string {
  switch (payment.status) {
    case 'paid':
      return note('✓', '支付成功', 'Paid. Look at the screen of the machine', 'good');
    case 'refunded':
      return note('↩', '已退款', 'The money has been given back', 'good');
    case 'refused':
      return note('✕', '已拒绝，未扣款', 'Refused. Nothing was charged');
    default:
      return note('✕', '支付已关闭，未扣款', 'This payment is closed. Nothing was charged');
  }
}

function note(sign: string, zh: string, en: string, tone = 'calm'): string {
  return `<div class="note ${tone}" role="status"><b aria-hidden="true">${sign}</b><strong>${zh}</strong><span lang="en">${en}</span></div>`;
}

function htmlText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1b1d22;--paper:#fff;--ground:#f2f3f5;--soft:#5d6470;--line:#d9dce2;--accent:#0b7a4b;--good:#0b7a4b}
@media(prefers-color-scheme:dark){:root{--ink:#f1f2f4;--paper:#1c1e23;--ground:#101115;--soft:#a5acb8;--line:#343842;--accent:#12a368;--good:#3fd394}}
*{box-sizing:border-box;margin:0}
body{min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--ground);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
main{width:100%;max-width:400px;background:var(--paper);border-radius:24px;padding:32px 24px 24px;text-align:center;box-shadow:0 12px 40px #0002}
header{display:flex;gap:10px;align-items:center;justify-content:center;font-weight:600;color:var(--soft);margin-bottom:24px}
header i{width:28px;height:28px;border-radius:9px;background:var(--accent);display:grid;place-items:center;color:#fff;font-style:normal}
.merchant{font-weight:600}
.amount{font-size:52px;font-weight:700;letter-spacing:-1px;font-variant-numeric:tabular-nums;margin:4px 0}
.amount span{font-size:26px;margin-right:4px;vertical-align:10px}
.amount.code{font-size:30px;letter-spacing:1px}
.number{font-size:12px;color:var(--soft);overflow-wrap:anywhere;margin-bottom:28px}
.choices{display:grid;gap:10px}
button{width:100%;min-height:60px;border-radius:16px;border:1px solid var(--line);background:none;color:inherit;font:inherit;font-weight:600;padding:8px 16px;cursor:pointer}
button small{display:block;font-weight:400;font-size:13px;opacity:.8}
button.primary{background:var(--accent);border-color:var(--accent);color:#fff;min-height:72px;font-size:20px}
@media(prefers-color-scheme:dark){button.primary{color:#04130c}}
button:focus-visible{outline:3px solid var(--ink);outline-offset:3px}
.note{display:grid;gap:4px;padding:20px 0 12px}
.note b{font-size:40px;width:84px;height:84px;line-height:84px;margin:0 auto 12px;border-radius:50%;background:var(--ground);color:var(--soft)}
.note.good b{background:var(--good);color:var(--paper)}
.note strong{font-size:22px}.note span{color:var(--soft)}
footer{margin-top:24px;font-size:12px;color:var(--soft)}`;

function page(body: string, refreshSeconds?: number): string {
  const refresh = refreshSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${refreshSeconds}">`;
  return `<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">${refresh}<title>模拟支付 Simulated payment</title>
<style>${STYLE}</style></head>
<body><main><header><i aria-hidden="true">¥</i><h1 style="font:inherit">模拟支付 <span lang="en">Simulated payment</span></h1></header>${body}
<footer>这是模拟器，不会产生真实扣款 · <span lang="en">A simulator: no real money moves</span></footer></main></body></html>`;
}
