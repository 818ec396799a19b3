import type { BothLanguages } from '../values.ts';
import type { MatchReason } from './discovery.ts';

/** Why a plugged-in thing is one device, may be it or is not, on the technician's page and at a terminal. */
export const MATCH_REASON: Readonly<Record<MatchReason, BothLanguages>> = {
  assigned: { zh: '技术员指定', en: 'a technician said so' },
  path: { zh: '路径相符', en: 'its path' },
  serial: { zh: '序列号相符', en: 'its serial number' },
  port: { zh: '插口相符', en: 'its socket' },
  'vendor-product': { zh: '厂商和产品号相符', en: 'its vendor and product' },
  vendor: { zh: '厂商号相符', en: 'its vendor' },
  'maker-of-these': { zh: '该厂商只做这类设备', en: 'its maker has nothing else' },
  manufacturer: { zh: '厂商名相符', en: "its maker's name" },
  name: { zh: '产品名相符', en: 'its name' },
  usage: { zh: 'HID 用途相符', en: 'what it says it is for' },
  interface: { zh: '接口号相符', en: 'its interface' },
  'in-use': { zh: '正在使用', en: 'in use already' },
  'generic-chip': { zh: '这种芯片各种设备都用，须指定', en: 'its chip is in devices of every kind: it has to be said' },
  'too-little': { zh: '依据不足，须指定', en: 'too little is known of it: it has to be said' },
  ambiguous: { zh: '不止一个相符，须指定', en: 'more than one fits: it has to be said' },
  'not-known': { zh: '不像这类设备', en: 'does not look like one' },
  differs: { zh: '与配置不符', en: 'not what the configuration says' },
};
