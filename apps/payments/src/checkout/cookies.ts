import type { HttpRequest, HttpResponse } from '@chargemesh/service';

export function cookieOf(request: HttpRequest, name: string): string | undefined {
  const given = (request.get('cookie') ?? '').split('; ').find((cookie) => cookie.startsWith(`${name}=`));
  return given?.slice(name.length + 1);
}

/** Ours alone: scripts and other sites have it not, and only the pages of drivers are sent it. */
export function keepCookie(
  request: HttpRequest,
  response: HttpResponse,
  { name, value, lastsS }: { readonly name: string; readonly value: string; readonly lastsS: number },
): void {
  const secure = request.secure ? '; Secure' : '';
  response.append('set-cookie', `${name}=${value}; Path=/pay; Max-Age=${lastsS}; HttpOnly; SameSite=Lax${secure}`);
}
