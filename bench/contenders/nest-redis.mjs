import { Transport } from '@nestjs/microservices';
import { nestContender } from './nest-microservices.mjs';

export const contender = nestContender(({ redisUrl }) => {
  const { hostname, port, username, password, protocol } = new URL(redisUrl);
  return {
    transport: Transport.REDIS,
    options: {
      host: hostname,
      port: Number(port || 6379),
      ...(username && { username: decodeURIComponent(username) }),
      ...(password && { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' && { tls: {} }),
    },
  };
});
