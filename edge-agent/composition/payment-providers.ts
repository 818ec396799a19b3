import { readFileSync } from 'node:fs';
import { FaultError } from '#core/base/fault.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';
import { simulatedProvider } from '../box-office/create-box-office.ts';
import { createHttpProvider } from '../box-office/payments/http-provider.ts';
import type { ConfiguredProvider, ProviderList } from '../box-office/payments/provider-list.ts';
import { alipayNotifications } from '../box-office/payments/providers/alipay/alipay-notification.ts';
import { createAlipayProvider } from '../box-office/payments/providers/alipay/alipay-provider.ts';
import { rsaPrivateKey, rsaPublicKey } from '../box-office/payments/providers/rsa.ts';
import { wechatNotifications } from '../box-office/payments/providers/wechat-v3/wechat-notification.ts';
import { createWechatProvider } from '../box-office/payments/providers/wechat-v3/wechat-provider.ts';
import type { Configuration } from '../configuration/schema.ts';

/** The payment providers of the configuration, with their keys from the files that it names. A key is in no log and in no message. */

type Settings = Extract<Configuration['boxOffice'], { kind: 'embedded' }>['providers'];

export interface ProviderSurroundings {
  readonly simulator: { readonly url: string; readonly apiKey: string };
  /** Named to providers as the store. */
  readonly site: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
}

/** @throws FaultError `E-PAY-KEY` a key file is missing or holds no key */
export function paymentProviders(settings: Settings, surroundings: ProviderSurroundings): ProviderList {
  return settings.map((setting) => configured(setting, surroundings));
}

function configured(setting: Settings[number], { simulator, site, clock, timers, random }: ProviderSurroundings): ConfiguredProvider {
  switch (setting.kind) {
    case 'simulated':
      return simulatedProvider(createHttpProvider({ ...simulator, timers }));
    case 'wechat-v3': {
      const { mchId, appId, certificateSerial: serial, notifyUrl, apiV3KeyFile, url } = setting;
      const platformKeys = new Map(setting.platformKeys.map(({ id, file }) => [id, keyOf(file, rsaPublicKey)]));
      const apiV3Key = apiV3KeyFile === undefined ? undefined : keyOf(apiV3KeyFile, apiV3KeyIn);
      const provider = createWechatProvider({
        mchId,
        appId,
        serial,
        privateKey: keyOf(setting.privateKeyFile, rsaPrivateKey),
        platformKeys,
        notifyUrl,
        storeId: site,
        ...(url === undefined ? {} : { url }),
        clock,
        timers,
        random,
      });
      const told = apiV3Key === undefined ? {} : { notifications: wechatNotifications({ mchId, apiV3Key, platformKeys, clock }) };
      return { id: 'wechat', name: { zh: '微信支付', en: 'WeChat Pay' }, schemes: ['wechat'], provider, ...told };
    }
    case 'alipay': {
      const { appId, notifyUrl, url } = setting;
      const alipayKey = keyOf(setting.alipayKeyFile, rsaPublicKey);
      const provider = createAlipayProvider({
        appId,
        privateKey: keyOf(setting.privateKeyFile, rsaPrivateKey),
        alipayKey,
        storeId: site,
        ...(notifyUrl === undefined ? {} : { notifyUrl }),
        ...(url === undefined ? {} : { url }),
        clock,
        timers,
      });
      const told = notifyUrl === undefined ? {} : { notifications: alipayNotifications({ appId, alipayKey, clock }) };
      return { id: 'alipay', name: { zh: '支付宝', en: 'Alipay' }, schemes: ['alipay'], provider, ...told };
    }
  }
}

/** Exactly 32 bytes (pay.weixin.qq.com, APIv3密钥). */
function apiV3KeyIn(text: string): string {
  const key = text.trim();
  if (!/^[\x21-\x7e]{32}$/.test(key)) throw new Error('an APIv3 key is 32 characters');
  return key;
}

function keyOf<Key>(file: string, read: (text: string) => Key): Key {
  try {
    return read(readFileSync(file, 'utf8'));
  } catch (cause) {
    // What a library says about a key that it cannot read may quote it.
    const reason = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? 'is not there' : 'holds no key that can be read';
    throw new FaultError({
      code: 'E-PAY-KEY',
      owner: 'configuration',
      message: `The key file ${file} of a payment provider ${reason}.`,
      remedy: 'Put the key there, or correct boxOffice.providers in the configuration.',
    });
  }
}
