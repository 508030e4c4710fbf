// PNG files row by row. libpng reports errors by jumping out of its callers' frames, which Swift's do not survive: here every such jump ends in a
// return value and a message.

#ifndef CCNN_PNG_H
#define CCNN_PNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CCNN_PNG_MESSAGE = 256 };

/// What a picture's rows hold once palettes and small depths are expanded.
struct ccnn_pngHeader {
    uint32_t width, height;
    /// 8 or 16.
    int depth;
    /// 1 grey, 2 grey and alpha, 3 red, green, blue, 4 those and alpha.
    int channels;
    bool isInterlaced;
    /// Bits to a pixel as it is stored in the file.
    int storedBits;
    /// Whether the file says how large or how wide its pixels are, and if so how many of them go to a metre; or, where `densityIsPerMetre` is false, to
    /// the same length of an unknown unit.
    bool hasDensity, densityIsPerMetre;
    uint32_t densityX, densityY;
};

typedef struct ccnn_pngReader ccnn_pngReader;
typedef struct ccnn_pngWriter ccnn_pngWriter;

/// Opens a regular file and reads its header, or returns NULL and says why in `message`, of CCNN_PNG_MESSAGE bytes.
ccnn_pngReader *ccnn_pngOpen(const char *path, struct ccnn_pngHeader *header, char *message);

/// Makes the reader ready for rows, once the header has been found acceptable. An interlaced picture is decoded as a whole.
bool ccnn_pngBegin(ccnn_pngReader *reader);

/// Reads the next row: width · channels numbers of the header's depth.
bool ccnn_pngReadRow(ccnn_pngReader *reader, uint16_t *samples);

/// Reads what follows the last row, which must be a proper end.
bool ccnn_pngFinishReading(ccnn_pngReader *reader);

/// Whether it was memory for the rows that was wanting, which is no fault of the file.
bool ccnn_pngLacksMemory(const ccnn_pngReader *reader);

/// What went wrong last; empty where nothing did.
const char *ccnn_pngReaderMessage(const ccnn_pngReader *reader);

/// Closes the file and frees everything.
void ccnn_pngCloseReader(ccnn_pngReader *reader);

/// Creates a file, which must not be there yet, for a picture as `header` says, or returns NULL and says why in `message`, of CCNN_PNG_MESSAGE bytes.
ccnn_pngWriter *ccnn_pngCreate(const char *path, const struct ccnn_pngHeader *header, char *message);

/// Writes the next row.
bool ccnn_pngWriteRow(ccnn_pngWriter *writer, const uint16_t *samples);

/// Writes the end and brings everything to the disk.
bool ccnn_pngFinishWriting(ccnn_pngWriter *writer);

/// What went wrong last; empty where nothing did.
const char *ccnn_pngWriterMessage(const ccnn_pngWriter *writer);

/// Closes the file and frees everything.
void ccnn_pngCloseWriter(ccnn_pngWriter *writer);

#endif
