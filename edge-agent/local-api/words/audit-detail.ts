import type { BothLanguages } from '#core/contract/values.ts';

/**
 * The details of audits are written in English, into the books that everybody reads. What the agent itself writes there is said in Chinese here; what a person
 * wrote, names and numbers stay as they are.
 */
const IN_CHINESE: readonly (readonly [written: RegExp, said: string])[] = [
  [/^version (\S+)$/, '版本 $1'],
  [/^in order$/, '正常停止'],
  [/^by PIN$/, '凭 PIN'],
  [/^wrong PIN, (\d+) in a row$/, 'PIN 错误，连续 $1 次'],
  [/^for (\d+) minutes$/, '$1 分钟'],
  [/^the lock of the (.+) was taken back$/, '已解除 $1 的锁定'],
  [/^(\S+) release-pin-locks: wrong PINs had locked it$/, '$1 解除密码锁定：密码多次输错'],
  [/^added (.+) \((\S+)\)$/, '新增 $1（$2）'],
  [/^removed (.+)$/, '移除 $1'],
  [/^(.+) has a new PIN$/, '$1 有新 PIN'],
  [/^(.+) is (\S+) now$/, '$1 现为 $2'],
  [/^(\S+) is what the configuration says$/, '$1 按配置'],
  [/^(\S+) is (.+)$/, '$1 是 $2'],
  [/^scan (\S+)$/, '扫码 $1'],
  [/^scan (\S+): (.*)$/, '扫码 $1：$2'],
  [/^every gate can be reached$/, '全部可连通'],
  [/^not reached: (.+)$/, '连不上：$1'],
  [/^asked$/, '已请求'],
  [/^ended: (\d+) payments of ours, (.+); the terminal says nothing$/, '已结算：本机 $1 笔，$2；终端未给出合计'],
  [/^ended: (\d+) payments of ours, (.+); the terminal says (.+)$/, '已结算：本机 $1 笔，$2；终端 $3'],
  [/^the ledger was made on another computer; a new epoch begins$/, '账本来自另一台电脑，从新的纪元开始'],
  [/^a person made this machine forget the time (\S+)$/, '有人让本机忘记时间 $1'],
  [/^(\S+) knows more of this machine's admissions than it does itself$/, '$1 比本机更清楚本机的入场记录'],
  [/^(\d+) samples of telemetry, (\d+) in all$/, '遥测 $1 条，共 $2 条'],
  [/^(\d{16}) printed: guest-has-it$/, '$1 已打印：在顾客手里'],
  [/^(\d{16}) printed: found-in-output$/, '$1 已打印：在出票口找到'],
  [/^(\d{16}) not-printed: nothing-came-out$/, '$1 未打印：什么都没出来'],
  [/^(\d{16}) not-printed: destroyed$/, '$1 未打印：已销毁'],
  [/^(\d{6}-\w{8}) money-returned$/, '$1 收过款，已退给客人'],
  [/^(\d{6}-\w{8}) guest-was-served$/, '$1 收过款，客人已得到服务'],
  [/^(\d{6}-\w{8}) nothing-paid$/, '$1 没有收过款'],
  [/^(\d{6}-\w{8}) (\S+) booked$/, '$1 $2 刷卡机已记账'],
  [/^(\d{6}-\w{8}) (\S+) not-booked$/, '$1 $2 刷卡机没有记账'],
  [/^(\d{6}-\w{8}) (\S+) given-back$/, '$1 $2 钱已退给客人，或没有可退的'],
  [/^(\d{6}-\w{8}) (\S+) guest-paid$/, '$1 $2 客人已补付'],
  [/^(\d{6}-\w{8}) (\S+) let-go$/, '$1 $2 没有收到，放弃追收'],
  [/^(\d{16}) damaged$/, '$1 损坏'],
  [/^(\d{16}) unreadable$/, '$1 读不出'],
  [/^(\d{16}) lost$/, '$1 遗失'],
  [/^(\d{16}) not-taken$/, '$1 未取走'],
  [/^(\d{16}) uncertain$/, '$1 是否打印不明'],
  [/^(\d{16}) other$/, '$1 其他原因'],
];

export function auditDetail(detail: string): BothLanguages {
  const known = IN_CHINESE.find(([written]) => written.test(detail));
  return { zh: known === undefined ? detail : detail.replace(known[0], known[1]), en: detail };
}
