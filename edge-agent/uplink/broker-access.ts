import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from './mqtt-connection.ts';

/** A broker, and who we are there. */
export interface BrokerAccess {
  readonly url: string;
  readonly version: '5' | '3.1.1';
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Paths of PEM files; read again for each connection, so that a renewed certificate is taken without a restart. */
  readonly caFile?: string | undefined;
  readonly certificateFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** @throws Error when one of the files cannot be read; its message names it */
export function credentialsOf(broker: BrokerAccess): Pick<ConnectionOptions, 'url' | 'version' | 'username' | 'password' | 'tls'> {
  const { url, version, username, password, caFile, certificateFile, keyFile } = broker;
  return {
    url,
    version,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    tls: {
      ...(caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') }),
      ...(certificateFile === undefined ? {} : { certificate: readFileSync(certificateFile, 'utf8') }),
      ...(keyFile === undefined ? {} : { key: readFileSync(keyFile, 'utf8') }),
    },
  };
}
