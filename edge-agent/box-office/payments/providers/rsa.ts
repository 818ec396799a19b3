import { createPrivateKey, createPublicKey, type KeyObject, sign, verify, X509Certificate } from 'node:crypto';

/** RSA with SHA-256 (PKCS #1 v1.5), which WeChat Pay v3 and Alipay's RSA2 both use; signatures in base64. */

/** @param pem PKCS #8 or PKCS #1; Alipay's tool gives the bare base64 of either, which is taken as well */
export function rsaPrivateKey(pem: string): KeyObject {
  if (pem.includes('-----BEGIN')) return createPrivateKey(pem);
  const key = Buffer.from(pem.replaceAll(/\s/g, ''), 'base64');
  try {
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  } catch {
    return createPrivateKey({ key, format: 'der', type: 'pkcs1' });
  }
}

/** @param pem a public key, a certificate, or the bare base64 of an SPKI key */
export function rsaPublicKey(pem: string): KeyObject {
  if (pem.includes('BEGIN CERTIFICATE')) return new X509Certificate(pem).publicKey;
  if (pem.includes('-----BEGIN')) return createPublicKey(pem);
  return createPublicKey({ key: Buffer.from(pem.replaceAll(/\s/g, ''), 'base64'), format: 'der', type: 'spki' });
}

export function rsaSign(text: string, key: KeyObject): string {
  return sign('sha256', Buffer.from(text), key).toString('base64');
}

/** False for anything that is not a right signature, whatever it is. */
export function rsaVerify(text: string, signature: string, key: KeyObject): boolean {
  return verify('sha256', Buffer.from(text), key, Buffer.from(signature, 'base64'));
}

/** `2026-10-31T19:30:00` as clocks in China show it, which both providers count in. */
export function chinaTime(at: number): string {
  return new Date(at + 8 * 3_600_000).toISOString().slice(0, 19);
}
