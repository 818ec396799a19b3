import { FaultError } from '#core/base/fault.ts';

/** Why a listener could not be opened, in words. `option` names the place in the configuration. */
export function portFault({ host, port }: { readonly host: string; readonly port: number }, option: string, cause: unknown): FaultError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return new FaultError(
    {
      code: 'E-API-PORT',
      owner: 'configuration',
      message: `The screens cannot be served at ${host}:${port}: ${WHY[code] ?? code}.`,
      remedy: `Stop the other program, or choose another ${option} in the configuration.`,
    },
    { cause },
  );
}

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'this machine does not have that address',
};
