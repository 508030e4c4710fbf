#include "Common.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct ccnn_pngReader {
    FILE *file;
    png_structp png;
    png_infop info;
    struct ccnn_pngHeader header;
    size_t rowBytes;
    // One row, or all of an interlaced picture.
    unsigned char *rows;
    uint32_t nextRow;
    bool lacksMemory;
    char message[CCNN_PNG_MESSAGE];
};

// Every state that a jump out of libpng may leave behind is in the structure, so that no local variable is read after it.

static bool readHeader(ccnn_pngReader *r) {
    if (setjmp(png_jmpbuf(r->png))) return false;
    png_init_io(r->png, r->file);
    png_set_user_limits(r->png, 0x7fffffff, 0x7fffffff);
    // Texts, profiles and the like say nothing about the samples, and inflate to a thousand times their length: libpng skips all that it can do without.
    png_set_keep_unknown_chunks(r->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    // The size of pixels is nine bytes, and is lost from what is made of the picture otherwise.
    static const png_byte density[] = "pHYs";
    png_set_keep_unknown_chunks(r->png, PNG_HANDLE_CHUNK_AS_DEFAULT, density, 1);
    png_read_info(r->png, r->info);
    const int type = png_get_color_type(r->png, r->info);
    const int depth = png_get_bit_depth(r->png, r->info);
    const bool isTransparent = png_get_valid(r->png, r->info, PNG_INFO_tRNS) != 0;
    if (type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(r->png);
    if (type == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(r->png);
    if (isTransparent) png_set_tRNS_to_alpha(r->png);
    r->header.width = png_get_image_width(r->png, r->info);
    r->header.height = png_get_image_height(r->png, r->info);
    r->header.depth = depth == 16 ? 16 : 8;
    const bool hasColor = (type & PNG_COLOR_MASK_COLOR) != 0;
    const bool hasAlpha = (type & PNG_COLOR_MASK_ALPHA) != 0 || isTransparent;
    r->header.channels = (hasColor ? 3 : 1) + (hasAlpha ? 1 : 0);
    r->header.storedBits = depth * png_get_channels(r->png, r->info);
    int unit = PNG_RESOLUTION_UNKNOWN;
    png_uint_32 x = 0, y = 0;
    r->header.hasDensity = png_get_pHYs(r->png, r->info, &x, &y, &unit) != 0 && x > 0 && y > 0;
    r->header.densityX = x;
    r->header.densityY = y;
    r->header.densityIsPerMetre = unit == PNG_RESOLUTION_METER;
    r->header.isInterlaced = png_get_interlace_type(r->png, r->info) != PNG_INTERLACE_NONE;
    return true;
}

// A regular file open for reading, or NULL and why not in `message`.
static FILE *openRegular(const char *path, char *message) {
    // Non-blocking, or else a named pipe would be waited for before it can be refused.
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        ccnn_keepMessage(message, strerror(errno));
        return NULL;
    }
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        ccnn_keepMessage(message, strerror(errno));
    else if (!S_ISREG(status.st_mode))
        ccnn_keepMessage(message, S_ISDIR(status.st_mode) ? "it is a folder" : "it is a device or pipe");
    else {
        FILE *file = fdopen(descriptor, "rb");
        if (file) return file;
        ccnn_keepMessage(message, strerror(errno));
    }
    close(descriptor);
    return NULL;
}

ccnn_pngReader *ccnn_pngOpen(const char *path, struct ccnn_pngHeader *header, char *message) {
    ccnn_pngReader *r = calloc(1, sizeof *r);
    if (!r) {
        ccnn_keepMessage(message, "out of memory");
        return NULL;
    }
    r->file = openRegular(path, message);
    if (!r->file) {
        ccnn_pngCloseReader(r);
        return NULL;
    }
    unsigned char signature[8];
    if (fread(signature, 1, 8, r->file) != 8 || png_sig_cmp(signature, 0, 8) != 0) {
        ccnn_keepMessage(message, "it does not begin as a PNG file does");
        ccnn_pngCloseReader(r);
        return NULL;
    }
    r->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, r->message, ccnn_failed, ccnn_warned);
    r->info = r->png ? png_create_info_struct(r->png) : NULL;
    if (!r->info) {
        ccnn_keepMessage(message, "out of memory");
        ccnn_pngCloseReader(r);
        return NULL;
    }
    png_set_sig_bytes(r->png, 8);
    if (!readHeader(r)) {
        ccnn_keepMessage(message, r->message);
        ccnn_pngCloseReader(r);
        return NULL;
    }
    *header = r->header;
    return r;
}

static bool readInterlaced(ccnn_pngReader *r, int passes) {
    if (setjmp(png_jmpbuf(r->png))) return false;
    for (int pass = 0; pass < passes; pass++)
        for (uint32_t y = 0; y < r->header.height; y++) png_read_row(r->png, r->rows + y * r->rowBytes, NULL);
    return true;
}

static int begin(ccnn_pngReader *r) {
    if (setjmp(png_jmpbuf(r->png))) return 0;
    const int passes = png_set_interlace_handling(r->png);
    png_read_update_info(r->png, r->info);
    r->rowBytes = png_get_rowbytes(r->png, r->info);
    if (r->rowBytes != (size_t)r->header.width * r->header.channels * (r->header.depth / 8))
        png_error(r->png, "its rows have another length than its header says");
    return passes;
}

bool ccnn_pngBegin(ccnn_pngReader *r) {
    const int passes = begin(r);
    if (passes == 0) return false;
    r->rows = calloc(r->header.isInterlaced ? r->header.height : 1, r->rowBytes);
    if (!r->rows) {
        r->lacksMemory = true;
        ccnn_keepMessage(r->message, "out of memory");
        return false;
    }
    return r->header.isInterlaced ? readInterlaced(r, passes) : true;
}

static bool readRow(ccnn_pngReader *r) {
    if (setjmp(png_jmpbuf(r->png))) return false;
    png_read_row(r->png, r->rows, NULL);
    return true;
}

bool ccnn_pngReadRow(ccnn_pngReader *r, uint16_t *samples) {
    if (!r->rows || r->nextRow >= r->header.height) {
        ccnn_keepMessage(r->message, "there is no further row");
        return false;
    }
    if (!r->header.isInterlaced && !readRow(r)) return false;
    const unsigned char *row = r->header.isInterlaced ? r->rows + r->nextRow * r->rowBytes : r->rows;
    r->nextRow++;
    const size_t count = (size_t)r->header.width * r->header.channels;
    if (r->header.depth == 16)
        for (size_t i = 0; i < count; i++) samples[i] = (uint16_t)(row[2 * i] << 8 | row[2 * i + 1]);
    else
        for (size_t i = 0; i < count; i++) samples[i] = row[i];
    return true;
}

bool ccnn_pngFinishReading(ccnn_pngReader *r) {
    if (setjmp(png_jmpbuf(r->png))) return false;
    png_read_end(r->png, NULL);
    return true;
}

bool ccnn_pngLacksMemory(const ccnn_pngReader *r) { return r->lacksMemory; }

const char *ccnn_pngReaderMessage(const ccnn_pngReader *r) { return r->message; }

void ccnn_pngCloseReader(ccnn_pngReader *r) {
    if (!r) return;
    if (r->png) png_destroy_read_struct(&r->png, &r->info, NULL);
    if (r->file) fclose(r->file);
    free(r->rows);
    free(r);
}
