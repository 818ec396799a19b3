import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from './problems.ts';

/**
 * Who may talk to the local API: pages that this agent served, in a browser on this machine. A page of another origin, a name that was rebound to this
 * address, a file and a sandboxed frame (Origin `null`) may not, whatever they ask.
 */
export interface Door {
  /** Throws for a request that may not pass. */
  check(request: Pick<FastifyRequest, 'method' | 'headers' | 'url'>): void;
  /** Headers of every answer. */
  protect(reply: FastifyReply): void;
}

/** @param port the port that is listened on; asked at each request because the system may have chosen it */
export function createDoor(port: () => number): Door {
  const isOurs = (host: string): boolean => {
    const at = port();
    return host === `127.0.0.1:${at}` || host === `localhost:${at}` || host === `[::1]:${at}`;
  };
  return {
    check: ({ method, headers, url }) => {
      const { host, origin, upgrade } = headers;
      if (host === undefined || !isOurs(host)) {
        throw new ProblemError(403, { code: 'foreign-host', message: 'This machine is not known by the name in the Host header.' });
      }
      // Reads carry no Origin when a page asks its own server; whoever sends one must be that page.
      const mustName = (method !== 'GET' && method !== 'HEAD') || upgrade !== undefined;
      if (mustName ? origin !== `http://${host}` : origin !== undefined && origin !== `http://${host}`) {
        throw new ProblemError(403, {
          code: 'foreign-origin',
          message: 'Only pages of this machine may ask this; the Origin header names none of them.',
        });
      }
      if (headers['sec-fetch-site'] === 'cross-site' && url.startsWith('/api/')) {
        throw new ProblemError(403, { code: 'foreign-origin', message: 'Another site asked for this.' });
      }
    },
    protect: (reply) => {
      reply.headers({
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=()',
        'cache-control': 'no-store',
      });
    },
  };
}

/** `data:` is for bar codes that a page draws itself. Nothing may frame a screen, and a screen may send a form nowhere. */
const POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
