console.log('- not written yet')
