import { storeDenied, storeFailed, storeFull, storeUnreachable } from './blob-error.ts';

/** Whether the error is one of Node's file system errors with one of the codes. */
export function isFileError(error: unknown, ...codes: readonly string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}

/**
 * Turns an error of the file system into what the BlobStore port promises; anything that is not one (an error of the
 * port itself, the reason of an aborted signal) comes back as it is.
 */
export function translateFileError(error: unknown, during: { operation: string; place: string }): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  const trouble = { ...during, cause: error, reason: 'code' in error ? String(error.code) : undefined };
  if (isFileError(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) return storeFull(trouble);
  // Linux answers EPERM, not ENOTSUP, to a link where the file system has no hard links.
  const hasNoLinks = isFileError(error, 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK', 'EPERM');
  if (hasNoLinks && error.syscall === 'link') return storeFailed(trouble, 'its file system has no hard links');
  if (isFileError(error, 'EACCES', 'EPERM', 'EROFS')) return storeDenied(trouble);
  if (isFileError(error, 'EBUSY', 'EAGAIN', 'EMFILE', 'ENFILE', 'ETIMEDOUT', 'EINTR', 'ESTALE')) {
    return storeUnreachable(trouble, false);
  }
  return storeFailed(trouble);
}
