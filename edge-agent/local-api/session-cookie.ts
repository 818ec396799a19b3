/** The cookies that carry sessions. Scripts cannot read them, other sites cannot make a browser send them, and they say nothing but a random number. */

/** An usher's session lasts a shift; one on the staff's page of a kiosk a minute, and the one never opens the other's door. */
export interface SessionCookie {
  readonly name: 'foyer-usher' | 'foyer-staff';
  readonly path: '/' | '/api/staff';
}

export const USHER_COOKIE: SessionCookie = { name: 'foyer-usher', path: '/' };
export const STAFF_COOKIE: SessionCookie = { name: 'foyer-staff', path: '/api/staff' };

/** What a browser may send at most for one origin of ours; a longer header is not looked through. */
const HEADER_LENGTH_MAX = 4_096;
/** 128 bits in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{22}$/;

/** The session's token in a Cookie header (RFC 6265, 4.2.1). Undefined when there is none, when it is malformed, or when two are given: one of them was planted. */
export function sessionToken(header: string | undefined, { name }: SessionCookie = USHER_COOKIE): string | undefined {
  if (header === undefined || header.length > HEADER_LENGTH_MAX) return undefined;
  const given = header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [token, ...others] = given;
  return token !== undefined && others.length === 0 && TOKEN.test(token) ? token : undefined;
}

/** @param isSecure the page came over TLS, and the cookie must never travel without */
export function sessionCookie(token: string, lifeSeconds: number, isSecure: boolean, { name, path }: SessionCookie = USHER_COOKIE): string {
  return `${name}=${token}; Path=${path}; Max-Age=${lifeSeconds}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
}

export function endedSessionCookie(isSecure: boolean, cookie: SessionCookie = USHER_COOKIE): string {
  return sessionCookie('', 0, isSecure, cookie);
}
