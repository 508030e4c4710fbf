#include "Common.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct ccnn_pngWriter {
    FILE *file;
    png_structp png;
    png_infop info;
    struct ccnn_pngHeader header;
    unsigned char *row;
    char message[CCNN_PNG_MESSAGE];
};

static bool writeHeader(ccnn_pngWriter *w) {
    static const int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
    if (setjmp(png_jmpbuf(w->png))) return false;
    png_init_io(w->png, w->file);
    png_set_user_limits(w->png, 0x7fffffff, 0x7fffffff);
    png_set_IHDR(w->png, w->info, w->header.width, w->header.height, w->header.depth, types[w->header.channels - 1],
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (w->header.hasDensity)
        png_set_pHYs(w->png, w->info, w->header.densityX, w->header.densityY,
                     w->header.densityIsPerMetre ? PNG_RESOLUTION_METER : PNG_RESOLUTION_UNKNOWN);
    png_write_info(w->png, w->info);
    return true;
}

ccnn_pngWriter *ccnn_pngCreate(const char *path, const struct ccnn_pngHeader *header, char *message) {
    ccnn_pngWriter *w = calloc(1, sizeof *w);
    if (!w) {
        ccnn_keepMessage(message, "out of memory");
        return NULL;
    }
    w->header = *header;
    // A file or a link that somebody else put there is not written through.
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    w->file = descriptor < 0 ? NULL : fdopen(descriptor, "wb");
    if (!w->file) {
        ccnn_keepMessage(message, strerror(errno));
        if (descriptor >= 0) close(descriptor);
        ccnn_pngCloseWriter(w);
        return NULL;
    }
    w->row = calloc(header->width, (size_t)header->channels * (header->depth / 8));
    w->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, w->message, ccnn_failed, ccnn_warned);
    w->info = w->png ? png_create_info_struct(w->png) : NULL;
    if (!w->info || !w->row) {
        ccnn_keepMessage(message, "out of memory");
        ccnn_pngCloseWriter(w);
        return NULL;
    }
    if (!writeHeader(w)) {
        ccnn_keepMessage(message, w->message);
        ccnn_pngCloseWriter(w);
        return NULL;
    }
    return w;
}

bool ccnn_pngWriteRow(ccnn_pngWriter *w, const uint16_t *samples) {
    if (setjmp(png_jmpbuf(w->png))) return false;
    const size_t count = (size_t)w->header.width * w->header.channels;
    if (w->header.depth == 16)
        for (size_t i = 0; i < count; i++) {
            w->row[2 * i] = (unsigned char)(samples[i] >> 8);
            w->row[2 * i + 1] = (unsigned char)(samples[i] & 255);
        }
    else
        for (size_t i = 0; i < count; i++) w->row[i] = (unsigned char)samples[i];
    png_write_row(w->png, w->row);
    return true;
}

static bool writeEnd(ccnn_pngWriter *w) {
    if (setjmp(png_jmpbuf(w->png))) return false;
    png_write_end(w->png, NULL);
    return true;
}

bool ccnn_pngFinishWriting(ccnn_pngWriter *w) {
    if (!writeEnd(w)) return false;
    if (fflush(w->file) == 0 && fsync(fileno(w->file)) == 0) return true;
    ccnn_keepMessage(w->message, strerror(errno));
    return false;
}

const char *ccnn_pngWriterMessage(const ccnn_pngWriter *w) { return w->message; }

void ccnn_pngCloseWriter(ccnn_pngWriter *w) {
    if (!w) return;
    if (w->png) png_destroy_write_struct(&w->png, &w->info);
    if (w->file) fclose(w->file);
    free(w->row);
    free(w);
}
