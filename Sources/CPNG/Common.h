// What the reader and the writer share: the message of libpng's last error, and the way out of it.

#ifndef CCNN_PNG_COMMON_H
#define CCNN_PNG_COMMON_H

#include "CPNG.h"
#include <png.h>
#include <setjmp.h>
#include <string.h>

static inline void ccnn_keepMessage(char *to, const char *message) {
    strncpy(to, message ? message : "", CCNN_PNG_MESSAGE - 1);
    to[CCNN_PNG_MESSAGE - 1] = 0;
}

// libpng's error handler: keeps the message where the error pointer says and jumps to the last setjmp.
static inline void ccnn_failed(png_structp png, png_const_charp message) {
    ccnn_keepMessage((char *)png_get_error_ptr(png), message);
    png_longjmp(png, 1);
}

// A warning does not keep a picture from being read.
static inline void ccnn_warned(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

#endif
